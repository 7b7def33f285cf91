import { EventEmitter, type Disposable, type Event, type WebviewPanel } from 'vscode';
import { Cancelled, errorKind } from '../../shared/errors';
import type { PanelStatus } from '../../shared/panel-protocol';
import { Rpc, type Handlers, type Schemas, type Side } from '../../shared/rpc/rpc';
import type { FrontPanel } from '../front';
import type { HeadPlace, ShownHeads } from '../trees/shown-heads';
import { UntrustedModel } from '../trusted-models';
import { Explaining, Superseded, type ExplainOptions } from './explaining';
import { failureStatus } from './failure';
import type { PanelRoom } from './panel-room';
import { panelPort } from './port';

/** What every page is told, and what each kind of panel adds to. */
interface Says {
  readonly state: unknown;
  readonly status: PanelStatus;
  readonly head: unknown;
}

/**
 * One panel: the extension's end of it, as far as it does not matter what is explained. It has a request, makes an explanation of it, of which the
 * latest counts, tells the page, and says what went wrong where the user looks.
 */
export abstract class LensPanel<
  Methods extends object,
  Hears extends { readonly cursor: unknown },
  Tells extends Says,
  Request,
>
  implements Disposable, FrontPanel
{
  abstract readonly kind: 'image' | 'text';
  abstract readonly heads: ShownHeads | null;
  private readonly changed = new EventEmitter<void>();
  private readonly explained = new EventEmitter<void>();
  private readonly disposed = new EventEmitter<void>();
  private readonly rpc: Rpc<Methods, Record<never, never>, Hears, Tells>;
  private readonly explaining: Explaining;
  private now: PanelStatus = { kind: 'ready' };
  private lastError: unknown = null;
  private where: Hears['cursor'] | null = null;
  /** Where the side panel put the cursor, until the page has it. */
  protected head: Tells['head'] | null = null;
  /** The page does not know yet what it shows: it did not ask for it itself. */
  protected untold = true;
  /** Some page has said that it listens; before that, VS Code keeps what is told. */
  private heard = false;
  /** Something has changed what an explanation says while nobody looked. */
  private stale = false;
  private closed = false;

  constructor(
    protected readonly room: PanelRoom,
    readonly webview: WebviewPanel,
    protected asked: Request,
    schemas: { readonly params: Schemas<Methods>; readonly events: Schemas<Hears> },
  ) {
    this.explaining = new Explaining((progress) => this.setStatus({ kind: 'working', ...progress, cancellable: true }));
    this.rpc = new Rpc(
      panelPort(webview, () => this.closed),
      {
        handlers: this.handlers(),
        ...schemas,
        onEvent: this.listeners(),
        log: (line) => room.log.warn(line),
      },
    );
    webview.onDidDispose(() => this.dispose());
  }

  get request(): Request {
    return this.asked;
  }

  /** null until the panel has shown an explanation. */
  get cursor(): Hears['cursor'] | null {
    return this.where;
  }

  get status(): PanelStatus {
    return this.now;
  }

  get column(): number | undefined {
    return this.webview.viewColumn;
  }

  get visible(): boolean {
    return this.webview.visible;
  }

  /** After every other explanation, and every move of the cursor. */
  get onDidChange(): Event<void> {
    return this.changed.event;
  }

  /** After every explanation, those of live typing too, and when what it is of was renamed. */
  get onDidExplain(): Event<void> {
    return this.explained.event;
  }

  get onDidDispose(): Event<void> {
    return this.disposed.event;
  }

  /** Whether it waits for the workspace to be trusted. */
  get wantsTrust(): boolean {
    return this.now.kind === 'failed' && this.lastError instanceof UntrustedModel;
  }

  /** Whether it waits for the engine, or the engine's death left it without an answer. */
  get wantsEngine(): boolean {
    const { now } = this;
    return this.explaining.busy || (now.kind === 'failed' && now.error === 'crashed');
  }

  /** Moves the panel's cursor, and brings the panel to where it is seen. */
  showHead(cursor: Tells['head']): void {
    this.head = cursor;
    if (!this.webview.visible) this.webview.reveal(undefined, true);
    this.say('head', cursor);
  }

  /** The same, in the words of the tree. */
  showPlace(place: HeadPlace): void {
    this.showHead(this.cursorAt(place));
  }

  reveal(): void {
    this.webview.reveal();
  }

  /** Explains, and shows what came of it: resolves also when it failed, which the panel says. */
  async explain(request: Request = this.request, { anew = true } = {}): Promise<void> {
    this.untold = true;
    try {
      await this.run(request, anew);
    } catch {
      // run() has said it where the user looks.
    }
  }

  /** After something that changes results: at once where somebody looks, else when somebody does. */
  refresh(): void {
    this.stale = !this.webview.visible;
    if (!this.stale) void this.explain(this.request, { anew: false });
  }

  cancel(): void {
    this.explaining.cancel();
  }

  /** Shows a failure that is none of an explanation. */
  fail(status: PanelStatus): void {
    this.setStatus(status);
  }

  /** Explains with the model of the settings, where it had one of its own. */
  abstract followModel(): Promise<void>;

  dispose(): void {
    if (this.closed) return;
    this.closed = true;
    this.explaining.dispose();
    this.rpc.dispose(new Cancelled('The panel was closed.'));
    this.close();
    this.webview.dispose();
    this.disposed.fire();
    this.disposed.dispose();
    this.explained.dispose();
    this.changed.dispose();
  }

  protected get isClosed(): boolean {
    return this.closed;
  }

  /** What the page is answered. Called by the constructor: the handlers themselves run later. */
  protected abstract handlers(): Handlers<Methods>;
  /** What is done with what the page says unasked; the same holds. */
  protected abstract listeners(): Side<Methods, Hears>['onEvent'];
  protected abstract cursorAt(place: HeadPlace): Tells['head'];
  protected abstract state(): Tells['state'];
  protected abstract readonly hasExplanation: boolean;
  /** Tells a page where that is, which explains nothing anew. */
  protected tellPlace(): void {
    this.tell();
  }

  /** What a page that was told a state before is told now. */
  protected told(): Tells['state'] {
    return this.state();
  }

  /** @param anew whether what is known from before is read again. Rejects with the failure, which the panel has said. */
  protected abstract run(request: Request, anew: boolean): Promise<void>;
  /** Lets go of what the kind of panel holds. */
  protected abstract close(): void;

  /** For a page that listens now: null where it knows what it shows, since that was told while it loaded. */
  protected begun<T>(open: () => T): T | null {
    const knows = !this.heard && !this.untold && !this.stale;
    this.heard = true;
    return knows ? null : open();
  }

  /** For a page that listens now: what was put off while it did not is done. */
  protected opened(): Tells['state'] {
    if (this.stale) this.refresh();
    // What is on its way may have been asked for by the page before it.
    this.untold = this.explaining.busy;
    return this.state();
  }

  /** Makes an explanation, of which the latest counts. */
  protected latest<T>(explain: (options: ExplainOptions) => Promise<T>): Promise<T> {
    this.stale = false;
    return this.explaining.run(explain, this.hasExplanation);
  }

  /** The explanation is there. */
  protected ready({ tell }: { readonly tell: boolean }): void {
    this.now = { kind: 'ready' };
    if (this.untold || tell) this.tell();
    this.explained.fire();
    this.changed.fire();
  }

  /** Says that there is none, unless a later one was asked for. */
  protected failed(error: unknown): void {
    if (error instanceof Superseded) return;
    this.lastError = error;
    const status = failureStatus(error);
    if (status.kind === 'failed') this.room.failures.record(error);
    this.setStatus(status);
  }

  /** The page says what went wrong, beside what it asked for; here it is written down. */
  protected async logged<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (errorKind(error) !== 'cancelled') this.room.failures.record(error);
      // An engine that has died too often needs somebody to want it again: the way to that is in the panel's own message.
      if (this.room.engine.state === 'failed') this.setStatus(failureStatus(error));
      throw error;
    }
  }

  /** Tells a page that is seen what it shows; one that is not asks by itself. */
  protected tell(): void {
    if (!this.webview.visible) return;
    this.untold = false;
    this.say('state', this.told());
  }

  protected setStatus(status: PanelStatus): void {
    this.now = status;
    this.say('status', status as Tells['status']);
  }

  protected say<K extends keyof Tells & string>(name: K, payload: Tells[K]): void {
    this.rpc
      .emit(name, payload)
      .catch((error: unknown) => this.room.log.warn(`A panel could not be told: ${String(error)}`));
  }

  protected moved(cursor: Hears['cursor']): void {
    const before = this.where;
    this.where = cursor;
    if (this.hasExplanation) this.head = null;
    if (JSON.stringify(before) !== JSON.stringify(cursor)) this.changed.fire();
  }

  /** What is explained is elsewhere now, and the same as before. */
  protected relocated(): void {
    if (this.now.kind === 'gone') this.setStatus({ kind: 'ready' });
    this.tellPlace();
    if (this.hasExplanation) this.explained.fire();
    this.changed.fire();
  }
}
