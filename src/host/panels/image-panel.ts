import type { Uri, WebviewPanel } from 'vscode';
import { Cancelled, errorKind, UsageError } from '../../shared/errors';
import type { ExplanationRows } from '../../shared/explanation';
import type { Statistics } from '../../shared/heads-data';
import type {
  HeadCursor,
  HostEvents,
  HostMethods,
  PanelEvents,
  PanelImage,
  PanelRequest,
  PanelState,
  ToldState,
} from '../../shared/panel-protocol';
import { hostParams, panelEvents } from '../../shared/panel-schemas';
import { promptProblem } from '../../shared/prompts/parse';
import type { Handlers, Side } from '../../shared/rpc/rpc';
import type { Subject } from '../explainer';
import { nameOf } from '../names';
import { towerGroups } from '../trees/image-heads';
import type { HeadPlace, ShownHeads } from '../trees/shown-heads';
import { act } from './actions';
import { chooseImage } from './choose-image';
import { explainImages, stampOf, type Shown } from './explain-images';
import { Superseded } from './explaining';
import { exportPicture } from './exports';
import { ImageWatch } from './image-watch';
import { LensPanel } from './lens-panel';
import { Once } from './once';
import type { PanelRoom } from './panel-room';
import { panelSettings } from './panel-settings';
import { saveText } from './save';
import { fileNews, worstNews, type FileNews } from './stamp';
import { imageOf, keyOf, movedTo, titleOf, toldImage, urisOf } from './request';

/** One explanation, of one image or of two that are compared, in one panel: the extension's end of it. */
export class ImagePanel extends LensPanel<HostMethods, PanelEvents, HostEvents, PanelRequest> {
  readonly kind = 'image';
  private uris: readonly Uri[];
  private shown: readonly Shown[] = [];
  /** What the page was told, and with it photos. */
  private has: readonly Shown[] = [];
  private concepts: readonly string[] = [];
  private readonly measured = new Once<ExplanationRows, Statistics>();
  /** Of the files, since they were read. */
  private news: FileNews = 'same';
  private watch: ImageWatch | null = null;

  constructor(room: PanelRoom, webview: WebviewPanel, asked: PanelRequest) {
    super(room, webview, asked, { params: hostParams, events: panelEvents });
    this.uris = urisOf(asked);
    this.follow(this.uris);
  }

  /** Empty until the first explanation is here. */
  get images(): readonly PanelImage[] {
    return this.shown.map(imageOf);
  }

  /** Of the image that the panel's cursor is in: a comparison has one tree. */
  get heads(): ShownHeads | null {
    const { image = 0, prompt = 0 } = this.cursor ?? {};
    const shown = this.shown[image];
    if (!shown) return null;
    const { explained, uri } = shown;
    return {
      explanation: explained,
      groups: towerGroups(explained),
      prompt,
      target: explained.prompts[prompt]?.text ?? null,
      title: nameOf(uri.path),
      at: this.cursor && { group: this.cursor.tower, layer: this.cursor.layer, head: this.cursor.head },
      statistics: async () => {
        const { vision, text } = await this.statistics(image);
        return [vision, text];
      },
    };
  }

  /** Of one image's heads; computed once for each explanation. Rejects with what stands in the way. */
  statistics(image: number): Promise<Statistics> {
    const shown = this.shown[image];
    if (!shown) return Promise.reject(unexplained());
    return this.measured.get(shown.explained, () => this.room.explainer.statistics(this.subject(image)));
  }

  async followModel(): Promise<void> {
    if (this.asked.model !== null) await this.explain({ ...this.asked, model: null });
  }

  protected get hasExplanation(): boolean {
    return this.shown.length > 0;
  }

  protected close(): void {
    this.watch?.dispose();
  }

  protected cursorAt({ group, layer, head }: HeadPlace): HeadCursor {
    return { tower: group === 'text' ? 'text' : 'vision', layer, head };
  }

  protected listeners(): Side<HostMethods, PanelEvents>['onEvent'] {
    return { cursor: (cursor) => this.moved(cursor) };
  }

  protected handlers(): Handlers<HostMethods> {
    const { room } = this;
    const open = () => {
      this.opened();
      this.has = this.shown;
      return this.state();
    };
    return {
      begin: () => Promise.resolve(this.begun(open)),
      open: () => Promise.resolve(open()),
      explain: async ({ prompts }) => {
        await this.run({ ...this.asked, prompts }, false);
        return this.shown.map(({ explained }) => explained);
      },
      heads: ({ image, ...choice }) => this.logged(async () => room.explainer.heads(this.subject(image), choice)),
      thumbnails: ({ image, ...choice }) =>
        this.logged(async () => room.explainer.thumbnails(this.subject(image), choice)),
      statistics: ({ image }) => this.logged(() => this.statistics(image)),
      export: (choice) =>
        this.logged(async () => {
          const subject = this.subject(choice.image);
          const { uri, explained, stamp } = this.shown[choice.image]!;
          const beside = this.shown.flatMap((other, i) => (i === choice.image ? [] : [other.explained]));
          return exportPicture(room, { uri, subject, explained, stamp, beside }, choice);
        }),
      save: ({ name, text }) => this.logged(() => saveText(this.uris[0] ?? null, name, text)),
      act: async ({ action }) => {
        // Not awaited: a dialog may stay open for long, and the page has nothing to wait for.
        const acted = action === 'choose-image' ? chooseImage(this) : act(this, room, action);
        acted.catch((error: unknown) => room.report(error));
        return null;
      },
    };
  }

  private subject(image: number): Subject {
    const shown = this.shown[image];
    if (!shown) throw unexplained();
    const { prompts, model } = shown.explained;
    // As it was explained: what is asked for now may have failed.
    return { image: shown.ref, prompts: prompts.map(({ text }) => text), model: model.path };
  }

  /** @param anew whether the images are read again */
  protected async run(request: PanelRequest, anew: boolean): Promise<void> {
    const same = keyOf(request) === keyOf(this.asked);
    if (!same) this.follow(urisOf(request));
    this.asked = request;
    const { uris } = this;
    const known = same ? this.shown : [];
    const checked = !anew && this.news === 'same';
    try {
      // What a page, or a window's memory, says is not what the entry of prompts has checked.
      const problem = promptProblem(request.prompts);
      if (problem) throw new UsageError(problem.message);
      const wanted = { ...request, images: uris, known, checked };
      const { explainer } = this.room;
      const [shown, { concepts }] = await this.latest((options) =>
        Promise.all([explainImages(explainer, wanted, options), explainer.facts(wanted.model)]),
      );
      // Renamed meanwhile.
      if (this.uris !== uris) return await this.run(this.asked, true);
      // Another photo, which the page does not expect with its answer.
      const anotherPhoto = shown.some(({ photo }, i) => photo !== this.shown[i]?.photo);
      this.shown = shown;
      this.concepts = concepts;
      this.news = 'same';
      this.ready({ tell: anotherPhoto });
      void this.touched();
    } catch (error) {
      if (error instanceof Superseded) throw error;
      if (this.uris !== uris && errorKind(error) === 'bad-file') return this.run(this.asked, true);
      this.failed(error);
      throw error;
    }
  }

  protected override told(): ToldState {
    const images = this.shown.map((shown, i) =>
      shown.photo === this.has[i]?.photo && shown.uri === this.has[i].uri ? toldImage(shown) : imageOf(shown),
    );
    this.has = this.shown;
    return { ...this.state(), images };
  }

  protected state(): PanelState {
    const { asked: request, status, concepts, head } = this;
    const settings = panelSettings(this.room.settings(), this.shown[0]?.explained ?? null);
    return { request, images: this.images, status, settings, concepts, head };
  }

  /** Watches these images, and is called after them. */
  private follow(uris: readonly Uri[]): void {
    this.uris = uris;
    this.webview.title = titleOf(uris);
    this.watch?.dispose();
    this.watch = new ImageWatch(uris, {
      touched: () => void this.touched(),
      moved: (moved) => void this.renamed(moved).catch((error: unknown) => this.room.report(error)),
    });
  }

  private async touched(): Promise<void> {
    const { shown } = this;
    const news = worstNews(await Promise.all(shown.map(async ({ uri, stamp }) => fileNews(stamp, await stampOf(uri)))));
    const { kind } = this.status;
    if (this.isClosed || this.shown !== shown) return;
    this.news = news;
    if (kind === 'working') return;
    // Back as it was: an undone deletion, or a file that was only touched.
    if (news === 'same' && (kind === 'gone' || kind === 'changed')) this.setStatus({ kind: 'ready' });
    if (news !== 'same' && kind !== news) this.setStatus({ kind: news });
  }

  private async renamed(uris: readonly Uri[]): Promise<void> {
    this.asked = { ...this.asked, images: uris.map(String) };
    this.follow(uris);
    const { shown } = this;
    const moved = await Promise.all(
      shown.map(async (one, i) => movedTo(one, uris[i]!, await this.room.explainer.image(uris[i]!))),
    );
    if (this.shown !== shown || this.isClosed) return;
    this.shown = moved;
    this.relocated();
  }
}

const unexplained = (): Cancelled => new Cancelled('There is no explanation of this image yet.');
