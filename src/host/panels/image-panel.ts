import { EventEmitter, type Disposable, type Event, type Uri, type WebviewPanel } from 'vscode';
import { Cancelled, errorKind, UsageError } from '../../shared/errors';
import type { Statistics } from '../../shared/heads-data';
import type {
  HeadCursor,
  HostEvents,
  HostMethods,
  PanelEvents,
  PanelImage,
  PanelRequest,
  PanelState,
  PanelStatus,
} from '../../shared/panel-protocol';
import { hostParams, panelEvents } from '../../shared/panel-schemas';
import { promptProblem } from '../../shared/prompts/parse';
import { Rpc, type Handlers } from '../../shared/rpc/rpc';
import type { Subject } from '../explainer';
import { UntrustedModel } from '../trusted-models';
import { act } from './actions';
import { stampOf, type Shown } from './explain-images';
import { Explaining, Superseded } from './explaining';
import { failureStatus } from './failure';
import { ImageWatch } from './image-watch';
import type { PanelRoom } from './panel-room';
import { panelSettings } from './panel-settings';
import { panelPort } from './port';
import { saveText } from './save';
import { fileNews, worstNews, type FileNews } from './stamp';
import { imageOf, keyOf, toldImage, movedTo, titleOf, urisOf } from './request';

/** Where the panel's cursors are: indices of an image, a prompt and a head. */
export type PanelCursor = PanelEvents['cursor'];

/** One explanation, of one image or of two that are compared, in one panel: the extension's end of it. */
export class ImagePanel implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private readonly explained = new EventEmitter<void>();
  private readonly disposed = new EventEmitter<void>();
  private readonly rpc: Rpc<HostMethods, Record<never, never>, PanelEvents, HostEvents>;
  private uris: readonly Uri[];
  private shown: readonly Shown[] = [];
  /** What the page has, and with it its photos. */
  private told: readonly Shown[] = [];
  private concepts: readonly string[] = [];
  private measured: (Promise<Statistics> | undefined)[] = [];
  /** Of the files, since they were read. */
  private news: FileNews = 'same';
  private head: HeadCursor | null = null;
  private where: PanelCursor | null = null;
  private current: PanelStatus = { kind: 'ready' };
  private lastError: unknown = null;
  private watch: ImageWatch | null = null;
  private readonly explaining: Explaining;
  /** The page does not know yet what it shows: it did not ask for it itself. */
  private untold = true;
  /** The settings have changed while nobody looked. */
  private stale = false;
  private closed = false;

  constructor(
    private readonly room: PanelRoom,
    readonly webview: WebviewPanel,
    private asked: PanelRequest,
  ) {
    this.uris = urisOf(asked);
    this.explaining = new Explaining(room.explainer, (progress) =>
      this.setStatus({ kind: 'working', ...progress, cancellable: true }),
    );
    this.rpc = new Rpc(
      panelPort(webview, () => this.closed),
      {
        handlers: this.handlers(),
        params: hostParams,
        events: panelEvents,
        onEvent: { cursor: (cursor) => this.moved(cursor) },
        log: (line) => room.log.warn(line),
      },
    );
    webview.onDidDispose(() => this.dispose());
    this.follow(this.uris);
  }

  get request(): PanelRequest {
    return this.asked;
  }

  /** Empty until the first explanation is here. */
  get images(): readonly PanelImage[] {
    return this.shown.map(imageOf);
  }

  /** null until the panel has shown an explanation. */
  get cursor(): PanelCursor | null {
    return this.where;
  }

  get status(): PanelStatus {
    return this.current;
  }

  /** After every other explanation, and every move of the cursor. */
  get onDidChange(): Event<void> {
    return this.changed.event;
  }

  /** After every explanation, those of live typing too, and when its images were renamed. */
  get onDidExplain(): Event<void> {
    return this.explained.event;
  }

  get onDidDispose(): Event<void> {
    return this.disposed.event;
  }

  /** Whether it waits for the workspace to be trusted. */
  get wantsTrust(): boolean {
    return this.current.kind === 'failed' && this.lastError instanceof UntrustedModel;
  }

  /** Whether it waits for the engine, or the engine's death left it without an answer. */
  get wantsEngine(): boolean {
    const { current } = this;
    return current.kind === 'working' || (current.kind === 'failed' && current.error === 'crashed');
  }

  /** Of one image's heads; computed once for each explanation. Rejects with what stands in the way. */
  statistics(image: number): Promise<Statistics> {
    const known = this.measured[image];
    if (known) return known;
    const { explainer } = this.room;
    const asked = Promise.resolve().then(() => explainer.statistics(this.subject(image)));
    this.measured[image] = asked;
    const { measured } = this;
    // A failure is not kept: the next one to ask may have more luck.
    asked.catch(() => (measured[image] = undefined));
    return asked;
  }

  /** Moves the panel's cursor, and brings the panel to where it is seen. */
  showHead(cursor: HeadCursor): void {
    this.head = cursor;
    if (!this.webview.visible) this.webview.reveal(undefined, true);
    this.say('head', cursor);
  }

  /** For the next page, where none is there yet. */
  startAt(cursor: HeadCursor): void {
    this.head = cursor;
  }

  reveal(): void {
    this.webview.reveal();
  }

  /** Explains, and shows what came of it: resolves also when it failed, which the panel says. */
  async explain(request: PanelRequest = this.asked, { anew = true } = {}): Promise<void> {
    this.untold = true;
    try {
      await this.run(request, anew);
    } catch {
      // run() has said it where the user looks.
    }
  }

  /** After a setting that changes results: at once where somebody looks, else when somebody does. */
  refresh(): void {
    if (this.webview.visible) void this.explain(this.asked, { anew: false });
    else this.stale = true;
  }

  cancel(): void {
    this.explaining.cancel();
  }

  /** Shows a failure that is none of an explanation. */
  fail(status: PanelStatus): void {
    this.setStatus(status);
  }

  dispose(): void {
    if (this.closed) return;
    this.closed = true;
    this.explaining.dispose();
    this.rpc.dispose(new Cancelled('The panel was closed.'));
    this.watch?.dispose();
    this.webview.dispose();
    this.disposed.fire();
    this.disposed.dispose();
    this.explained.dispose();
    this.changed.dispose();
  }

  private handlers(): Handlers<HostMethods> {
    const { room } = this;
    return {
      open: async () => {
        if (this.stale) this.refresh();
        this.untold = false;
        this.told = this.shown;
        return this.state();
      },
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
          // Reports, tables of colours and the like are not loaded by activate().
          const { exportPicture } = await import('./exports');
          return exportPicture(room, { uri, subject, explained, stamp }, choice);
        }),
      save: ({ name, text }) => this.logged(() => saveText(this.uris[0] ?? null, name, text)),
      act: async ({ action }) => {
        // Not awaited: a dialog may stay open for long, and the page has nothing to wait for.
        act(this, room, action).catch((error: unknown) => room.report(error));
        return null;
      },
    };
  }

  /** The page says what went wrong, beside what it asked for; here it is written down. */
  private async logged<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (errorKind(error) !== 'cancelled') this.room.failures.record(error);
      // An engine that has died too often needs somebody to want it again: the way to that is in the panel's own message.
      if (this.room.engine.state === 'failed') this.setStatus(failureStatus(error));
      throw error;
    }
  }

  private subject(image: number): Subject {
    const shown = this.shown[image];
    if (!shown) throw new Cancelled('There is no explanation of this image yet.');
    const { prompts, model } = shown.explained;
    // As it was explained: what is asked for now may have failed.
    return { image: shown.ref, prompts: prompts.map(({ text }) => text), model: model.path };
  }

  /** @param anew whether the images are read again. Rejects with the failure, which the panel has said. */
  private async run(request: PanelRequest, anew: boolean): Promise<void> {
    this.stale = false;
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
      const { shown, concepts } = await this.explaining.run(wanted, this.shown.length > 0);
      // Renamed meanwhile.
      if (this.uris !== uris) return await this.run(this.asked, true);
      // Another photo, which the page does not expect with its answer.
      if (shown.some(({ photo }, i) => photo !== this.shown[i]?.photo)) this.untold = true;
      this.shown = shown;
      this.concepts = concepts;
      this.measured = [];
      this.news = 'same';
      this.current = { kind: 'ready' };
      if (this.untold) this.tell();
      this.explained.fire();
      this.changed.fire();
      void this.touched();
    } catch (error) {
      if (error instanceof Superseded) throw error;
      if (this.uris !== uris && errorKind(error) === 'bad-file') return this.run(this.asked, true);
      this.failed(error);
      throw error;
    }
  }

  private failed(error: unknown): void {
    this.lastError = error;
    const status = failureStatus(error);
    if (status.kind === 'failed') this.room.failures.record(error);
    this.setStatus(status);
  }

  private state(): PanelState {
    const { asked: request, current: status, concepts, head } = this;
    const settings = panelSettings(this.room.settings(), this.shown[0]?.explained ?? null);
    return { request, images: this.images, status, settings, concepts, head };
  }

  private tell(): void {
    if (!this.webview.visible) return;
    this.untold = false;
    const images = this.shown.map((shown, i) =>
      shown.photo === this.told[i]?.photo && shown.uri === this.told[i].uri ? toldImage(shown) : imageOf(shown),
    );
    this.told = this.shown;
    this.say('state', { ...this.state(), images });
  }

  private setStatus(status: PanelStatus): void {
    this.current = status;
    this.say('status', status);
  }

  private say<K extends keyof HostEvents>(name: K, payload: HostEvents[K]): void {
    this.rpc
      .emit(name, payload)
      .catch((error: unknown) => this.room.log.warn(`A panel could not be told: ${String(error)}`));
  }

  private moved(cursor: PanelCursor): void {
    const before = this.where;
    this.where = cursor;
    if (this.shown.length > 0) this.head = null;
    if (JSON.stringify(before) !== JSON.stringify(cursor)) this.changed.fire();
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
    const { kind } = this.current;
    if (this.closed || this.shown !== shown) return;
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
    if (this.shown !== shown || this.closed) return;
    this.shown = moved;
    if (this.current.kind === 'gone') this.current = { kind: 'ready' };
    this.tell();
    if (moved.length > 0) this.explained.fire();
    this.changed.fire();
  }
}
