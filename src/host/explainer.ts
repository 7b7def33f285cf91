import { workspace, type Uri } from 'vscode';
import type { EngineCallOptions, EngineClient } from '../engine/client';
import type { EngineMethods, ExplainImageResult, ImageRef, SessionOptions } from '../engine/protocol';
import type { ExplanationRows } from '../shared/explanation';
import type { HeadTensors, HeadThumbnails, LayerOfHeads, Statistics, ThumbnailChoice } from '../shared/heads-data';
import type { RgbImage } from '../shared/paint';
import type { Params, Result } from '../shared/rpc/rpc';
import { imageRef } from './image-refs';
import { modelFacts, modelFolder, type ModelFacts } from './models';
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

/** Longer side of the photo that a panel shows: what a screen has. */
const photoSide = 1600;

/**
 * The one place where an image, prompts and the user's settings become calls of the engine. Whatever is wrong rejects with a LensError
 * whose message is for the reader.
 */
export class Explainer {
  constructor(
    private readonly engine: EngineClient,
    private readonly settings: () => Settings,
    private readonly modelsFolder: string,
    private readonly work: Work,
  ) {}

  /** @throws BadFile for what cannot be fetched; a file on the disk is checked when it is decoded */
  image(uri: Uri): Promise<ImageRef> {
    return imageRef(uri, this.settings().imageLimitMegapixels);
  }

  /** Absolute path of a model's folder. @throws UntrustedModel */
  folder(model: string | null): string {
    const roots = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    return trustedModel(
      modelFolder(model ?? this.settings().model, this.modelsFolder),
      roots.map(({ uri }) => uri.fsPath),
      workspace.isTrusted,
    );
  }

  /** What the model's folder says of itself. @throws UntrustedModel */
  async facts(model: string | null): Promise<ModelFacts> {
    return modelFacts(this.folder(model));
  }

  async explain(subject: Subject, options?: EngineCallOptions): Promise<ExplanationRows> {
    return this.call('explainRows', this.request(subject), 'Explaining', options);
  }

  async heads(subject: Subject, choice: LayerOfHeads): Promise<HeadTensors> {
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

  private request({ image, prompts, model }: Subject) {
    const { threads, executionProvider, lowMemory, logitScale } = this.settings();
    const session: SessionOptions = { executionProvider, threads: threads ?? undefined, lowMemory };
    return {
      image,
      prompts,
      model: this.folder(model),
      logitScale: logitScale ?? undefined,
      onLongPrompt: 'truncate' as const,
      session,
    };
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
