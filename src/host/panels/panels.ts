import { randomBytes } from 'node:crypto';
import {
  EventEmitter,
  Uri,
  ViewColumn,
  window,
  type Disposable,
  type Event,
  type Webview,
  type WebviewOptions,
  type WebviewPanel,
} from 'vscode';
import type { PanelStatus } from '../../shared/panel-protocol';
import type { Front, FrontPanel } from '../front';
import { pageHtml } from './page';
import type { PanelRoom } from './panel-room';

/** What this file asks of a panel. */
interface Opened<Request> extends FrontPanel, Disposable {
  readonly webview: WebviewPanel;
  readonly request: Request;
  readonly wantsTrust: boolean;
  readonly onDidChange: Event<void>;
  readonly onDidExplain: Event<void>;
  readonly onDidDispose: Event<void>;
  reveal(): void;
  explain(request?: Request): Promise<void>;
  refresh(): void;
  fail(status: PanelStatus): void;
}

type Maker<Panel, Request> = (room: PanelRoom, webview: WebviewPanel, request: Request) => Panel;

/** What tells panels of images and of texts apart. */
export interface PanelKind<Panel, Request> {
  /** As package.json and VS Code know it. */
  readonly type: string;
  /** Names of the built files in dist. */
  readonly script: string;
  readonly style: string;
  /** Loads what makes one. */
  maker(): Promise<Maker<Panel, Request>>;
  /** Two panels of the same key would show the same. */
  keyOf(request: Request): string;
  /** Of a panel whose memory cannot be read, and what it says. */
  readonly nothing: Request;
  readonly unreadable: PanelStatus;
}

/** All open panels of one kind: at most one for the same key. */
export class Panels<Panel extends Opened<Request>, Request> implements Disposable {
  private readonly opened = new Set<Panel>();
  private readonly explained = new EventEmitter<Panel>();
  private readonly dist: Uri;

  constructor(
    private readonly room: PanelRoom,
    private readonly extensionUri: Uri,
    private readonly front: Front,
    private readonly kind: PanelKind<Panel, Request>,
  ) {
    this.dist = Uri.joinPath(extensionUri, 'dist');
  }

  get all(): readonly Panel[] {
    return [...this.opened];
  }

  /** The one of this kind that is in front of all panels, though the focus may have gone elsewhere. */
  get active(): Panel | null {
    return this.all.find((panel) => panel === this.front.panel) ?? null;
  }

  /** A panel shows a new explanation: after opening, typing, choosing another model. */
  get onDidExplain(): Event<Panel> {
    return this.explained.event;
  }

  /**
   * Shows the panel of this request, a new one beside the editor where there is none, and begins to explain; progress and failures are in
   * the panel. Resolves when it shows, before the explanation is there.
   */
  async open(request: Request): Promise<Panel> {
    const { keyOf } = this.kind;
    const make = await this.kind.maker();
    const known = this.all.find((panel) => keyOf(panel.request) === keyOf(request));
    const panel = known ?? this.create(make, request);
    panel.reveal();
    void panel.explain(request);
    await placed(panel.webview);
    return panel;
  }

  /** A panel of before the window was reloaded. `request` null: what the window kept cannot be read; the panel says so. */
  async restore(webview: WebviewPanel, request: Request | null): Promise<void> {
    webview.webview.options = this.options();
    const panel = this.adopt(await this.kind.maker(), webview, request ?? this.kind.nothing);
    if (request) void panel.explain();
    else panel.fail(this.kind.unreadable);
  }

  /** After a setting that changes results. */
  refresh(): void {
    for (const panel of this.all) panel.refresh();
  }

  /** After the workspace was trusted. */
  trusted(): void {
    for (const panel of this.all) if (panel.wantsTrust) void panel.explain();
  }

  dispose(): void {
    for (const panel of this.all) panel.dispose();
    this.explained.dispose();
  }

  private create(make: Maker<Panel, Request>, request: Request): Panel {
    const webview = window.createWebviewPanel(
      this.kind.type,
      'Attention Lens',
      { viewColumn: this.column() },
      this.options(),
    );
    return this.adopt(make, webview, request);
  }

  /** Where the last panel is, unless that would cover the text that is being read. */
  private column(): number {
    const column = this.front.panel?.column;
    return column === undefined || column === window.activeTextEditor?.viewColumn ? ViewColumn.Beside : column;
  }

  private adopt(make: Maker<Panel, Request>, webview: WebviewPanel, request: Request): Panel {
    const panel = make(this.room, webview, request);
    this.opened.add(panel);
    webview.iconPath = Uri.joinPath(this.extensionUri, 'media', 'icon.png');
    webview.onDidChangeViewState(() => webview.active && this.front.bring(panel));
    panel.onDidChange(() => this.front.touched(panel));
    panel.onDidExplain(() => this.explained.fire(panel));
    panel.onDidDispose(() => {
      this.opened.delete(panel);
      this.front.left(panel);
    });
    this.front.entered(panel, webview.active);
    webview.webview.html = this.page(webview.webview);
    return panel;
  }

  /** Nothing but the built page may be loaded. */
  private options(): WebviewOptions {
    return { enableScripts: true, localResourceRoots: [this.dist] };
  }

  private page(webview: Webview): string {
    const uri = (name: string) => webview.asWebviewUri(Uri.joinPath(this.dist, name)).toString();
    return pageHtml({
      nonce: randomBytes(16).toString('base64url'),
      source: webview.cspSource,
      script: uri(this.kind.script),
      style: uri(this.kind.style),
    });
  }
}

/** Until the window says where a new panel came to stand: the next one goes to the same group. */
const placed = ({ viewColumn, onDidChangeViewState, onDidDispose }: WebviewPanel): Promise<void> =>
  new Promise((resolve) => {
    if (viewColumn !== undefined) return resolve();
    const subscriptions = [onDidChangeViewState, onDidDispose].map((event: Event<unknown>) =>
      event(() => {
        for (const subscription of subscriptions) subscription.dispose();
        resolve();
      }),
    );
  });
