import { workspace, type Uri } from 'vscode';
import type { EngineCallOptions, EngineClient } from '../engine/client';
import type {
  EngineMethods,
  OutlineAndHeads,
  ExplainImageResult,
  ExplainTextRequest,
  ImageRef,
  SessionOptions,
  TextTensors,
} from '../engine/protocol';
import type { ExplanationRows } from '../shared/explanation';
import type { HeadSketch } from '../shared/head-sketch';
import type {
  GradientChoice,
  HeadStatistics,
  HeadTensors,
  HeadThumbnails,
  LayerOfHeads,
  Statistics,
  ThumbnailChoice,
} from '../shared/heads-data';
import type { RgbImage } from '../shared/paint';
import type { Params, Result } from '../shared/rpc/rpc';
import type { IntegratedGradients, LayerHeads, TextExplanation } from '../shared/text/explanation';
import type { GroupThumbnails, TextAsk } from '../shared/text/panel-protocol';
import { imageRef } from './image-refs';
import { bundledModels, modelFacts, modelFolder, type Explains, type ModelFacts } from './models';
import type { Settings } from './settings';
import { trustedModel } from './trusted-models';
import type { Work } from './work';

/** What is explained. */
export interface Subject {
  /** See {@link Explainer.image}. */
  readonly image: ImageRef;
  readonly prompts: readonly string[];
  /** Folder or name of a model; null: as the settings say. */
  readonly model: string | null;
}

/** A text or a pair, and how it is explained. See {@link Explainer.textSubject}. */
export interface TextSubject {
  readonly text: string;
  readonly pair: string | null;
  /** Absolute path of the model's folder. */
  readonly model: string;
  readonly target: string | null;
  readonly maxTokens: number;
}

/** A model that explains in so many milliseconds may do so before it is asked to. */
const fastMs = 300;

/** Longer side of the photo that a panel shows: what a screen has. */
const photoSide = 1600;

/**
 * The one place where an image, prompts and the user's settings become calls of the engine. Whatever is wrong rejects with a LensError
 * whose message is for the reader.
 */
export class Explainer {
  /** Folders of models that were fast the last time, and the process in which. */
  private readonly fast = new Map<string, number | null>();

  constructor(
    private readonly engine: EngineClient,
    private readonly settings: () => Settings,
    /** Where the bundled models are. */
    readonly modelsFolder: string,
    private readonly work: Work,
  ) {}

  /** @throws BadFile for what cannot be fetched; a file on the disk is checked when it is decoded */
  image(uri: Uri): Promise<ImageRef> {
    return imageRef(uri, this.settings().imageLimitMegapixels);
  }

  /** Absolute path of the folder of a model that explains images or texts; null: the one of the settings. @throws UntrustedModel */
  folder(model: string | null, explains: Explains): string {
    const { model: ofImages, textModel } = this.settings();
    const named = model ?? (explains === 'image' ? ofImages : textModel) ?? bundledModels[explains][0];
    const roots = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    return trustedModel(
      modelFolder(named, this.modelsFolder),
      roots.map(({ uri }) => uri.fsPath),
      workspace.isTrusted,
    );
  }

  /** What the model's folder says of itself. @throws UntrustedModel */
  async facts(model: string | null, explains: Explains = 'image'): Promise<ModelFacts> {
    return modelFacts(this.folder(model, explains));
  }

  async explain(subject: Subject, options?: EngineCallOptions): Promise<ExplanationRows> {
    const request = this.request(subject);
    const explained = await this.call('explainRows', request, 'Explaining', options);
    const { total, open } = explained.timings;
    if (total - open < fastMs) this.fast.set(request.model, this.engine.pid);
    else this.fast.delete(request.model);
    return explained;
  }

  /**
   * Has the engine open what will be asked about, while the user still writes: an image and its model, or (null) the model of texts. Nobody is
   * told of it, nor of what goes wrong: that is said when it is asked for.
   */
  async open(image: Uri | null): Promise<void> {
    // What is no file would be fetched for it.
    if (image && image.scheme !== 'file') return this.engine.start();
    try {
      const model = this.folder(null, image ? 'image' : 'text');
      const session = this.session();
      if (!image) await this.engine.call('openText', { model, session });
      // It is open, and explains ahead.
      else if (!this.isFast(model))
        await this.engine.call('openImage', { image: await this.image(image), model, session });
    } catch {
      // Said when it is asked for.
    }
  }

  /**
   * Has the engine explain what will probably be asked for next, for it keeps the answer: where it is idle, and was fast with this model.
   * Nobody is told of it, nor of what goes wrong: that is said when it is asked for.
   */
  async ahead(uri: Uri, prompts: readonly string[]): Promise<void> {
    // What is no file would be fetched for it.
    if (uri.scheme !== 'file' || this.engine.state !== 'idle') return;
    try {
      const model = this.folder(null, 'image');
      if (!this.isFast(model)) return;
      await this.engine.call('explainRows', this.request({ image: await this.image(uri), prompts, model }));
    } catch {
      // Said when it is asked for.
    }
  }

  async heads(subject: Subject, choice: LayerOfHeads & GradientChoice): Promise<HeadTensors> {
    return this.call('heads', { ...this.request(subject), ...choice }, 'Fetching heads');
  }

  async thumbnails(subject: Subject, choice: ThumbnailChoice): Promise<HeadThumbnails> {
    return this.call('thumbnails', { ...this.request(subject), ...choice }, 'Fetching all heads');
  }

  async statistics(subject: Subject): Promise<Statistics> {
    return this.call('statistics', this.request(subject), 'Measuring heads');
  }

  /** Every head's tensors, [K + 1] × layers × heads × T² floats in all: for a file. */
  async tensors(subject: Subject, options?: EngineCallOptions): Promise<ExplainImageResult> {
    return this.call('explainImage', { ...this.request(subject), tensors: true }, 'Computing every head', options);
  }

  /** Upright pixels, small enough for a panel. */
  photo(image: ImageRef, options?: EngineCallOptions): Promise<RgbImage> {
    return this.call('decodeImage', { image, longestSide: photoSide }, 'Reading the image', options);
  }

  /** A text, and what the settings say now of how it is explained. @throws UntrustedModel */
  textSubject({ text, pair, model, target }: TextAsk): TextSubject {
    return { text, pair, model: this.folder(model, 'text'), target, maxTokens: this.settings().maxTokens };
  }

  async explainText(subject: TextSubject, options?: EngineCallOptions): Promise<TextExplanation> {
    return this.call('explainText', this.textRequest(subject), 'Explaining', options);
  }

  /** @param looked the heads that somebody looks at, and no others; null: any may be asked for next */
  async outlineText(
    subject: TextSubject,
    looked: LayerHeads | null,
    options?: EngineCallOptions,
  ): Promise<OutlineAndHeads> {
    return this.call('outlineText', { ...this.textRequest(subject), looked }, 'Explaining', options);
  }

  async textHeads(subject: TextSubject, choice: LayerHeads): Promise<HeadSketch> {
    return this.call('textHeads', { ...this.textRequest(subject), ...choice }, 'Fetching heads');
  }

  async textThumbnails(subject: TextSubject, choice: GroupThumbnails): Promise<HeadThumbnails> {
    return this.call('textThumbnails', { ...this.textRequest(subject), ...choice }, 'Fetching all heads');
  }

  async textStatistics(subject: TextSubject): Promise<readonly HeadStatistics[]> {
    return this.call('textStatistics', this.textRequest(subject), 'Measuring heads');
  }

  async integratedGradients(subject: TextSubject, options?: EngineCallOptions): Promise<IntegratedGradients> {
    return this.call('integratedGradients', this.textRequest(subject), 'Integrating gradients', options);
  }

  /** Everything that the model's traced graph gives: for a file. */
  async textTensors(subject: TextSubject, options?: EngineCallOptions): Promise<TextTensors> {
    return this.call('textTensors', this.textRequest(subject), 'Computing every head', options);
  }

  private isFast(model: string): boolean {
    return this.engine.pid !== null && this.fast.get(model) === this.engine.pid;
  }

  private request({ image, prompts, model }: Subject) {
    return {
      image,
      prompts,
      model: this.folder(model, 'image'),
      logitScale: this.settings().logitScale ?? undefined,
      onLongPrompt: 'truncate' as const,
      session: this.session(),
    };
  }

  /** A text's subject as the engine takes it. */
  textRequest(subject: TextSubject): ExplainTextRequest {
    return { ...subject, onLongText: 'truncate', session: this.session() };
  }

  private session(): SessionOptions {
    const { threads, executionProvider, lowMemory } = this.settings();
    return { executionProvider, threads: threads ?? undefined, lowMemory };
  }

  private call<K extends keyof EngineMethods>(
    method: K,
    params: Params<EngineMethods, K>,
    stage: string,
    { signal, onProgress }: EngineCallOptions = {},
  ): Promise<Result<EngineMethods, K>> {
    return this.work.during(stage, (say) =>
      this.engine.call(method, params, {
        signal,
        onProgress: (progress) => {
          say(progress.stage);
          onProgress?.(progress);
        },
      }),
    );
  }
}
