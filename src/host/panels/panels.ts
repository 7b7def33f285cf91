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
import type { HeadCursor, PanelRequest, PanelStatus } from '../../shared/panel-protocol';
import { ImagePanel } from './image-panel';
import { pageHtml } from './page';
import type { PanelRoom } from './panel-room';
import { keyOf } from './request';

export const panelType = 'attentionLens.image';

/** All open panels: at most one for the same images. */
export class Panels implements Disposable {
  private readonly opened = new Set<ImagePanel>();
  private readonly activeChanged = new EventEmitter<ImagePanel | null>();
  private readonly explained = new EventEmitter<PanelRequest>();
  private readonly dist: Uri;
  private front: ImagePanel | null = null;

  constructor(
    private readonly room: PanelRoom,
    private readonly extensionUri: Uri,
  ) {
    this.dist = Uri.joinPath(extensionUri, 'dist');
  }

  get all(): readonly ImagePanel[] {
    return [...this.opened];
  }

  /** The one that was last in front, though the focus may have gone elsewhere, such as into the side panel. */
  get active(): ImagePanel | null {
    return this.front;
  }

  /** Another panel is in front, or the front one shows another explanation, or its cursor moved. */
  get onDidChangeActive(): Event<ImagePanel | null> {
    return this.activeChanged.event;
  }

  /** A panel shows a new explanation: after opening, typing, choosing another model. */
  get onDidExplain(): Event<PanelRequest> {
    return this.explained.event;
  }

  /**
   * Shows the panel of these images, a new one beside the editor where there is none, and begins to explain; progress and failures are in
   * the panel. Resolves when it shows, before the explanation is there.
   */
  async open(request: PanelRequest, { head }: { readonly head?: HeadCursor } = {}): Promise<void> {
    const known = this.all.find((panel) => keyOf(panel.request) === keyOf(request));
    const panel = known ?? this.create(request);
    if (head) panel.startAt(head);
    panel.reveal();
    void panel.explain(request);
    await placed(panel.webview);
  }

  /** A panel of before the window was reloaded. `request` null: what the window kept cannot be read; the panel says so. */
  restore(webview: WebviewPanel, request: PanelRequest | null): void {
    webview.webview.options = this.options();
    const panel = this.adopt(webview, request ?? { images: [], prompts: [], model: null });
    if (request) void panel.explain();
    else panel.fail(unreadable);
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
    this.activeChanged.dispose();
    this.explained.dispose();
  }

  private create(request: PanelRequest): ImagePanel {
    const webview = window.createWebviewPanel(
      panelType,
      'Attention Lens',
      { viewColumn: this.front?.webview.viewColumn ?? ViewColumn.Beside },
      this.options(),
    );
    return this.adopt(webview, request);
  }

  private adopt(webview: WebviewPanel, request: PanelRequest): ImagePanel {
    const panel = new ImagePanel(this.room, webview, request);
    this.opened.add(panel);
    webview.iconPath = Uri.joinPath(this.extensionUri, 'media', 'icon.png');
    webview.onDidChangeViewState(() => webview.active && this.bringToFront(panel));
    panel.onDidChange(() => panel === this.front && this.activeChanged.fire(panel));
    panel.onDidExplain(() => this.explained.fire(panel.request));
    panel.onDidDispose(() => {
      this.opened.delete(panel);
      if (panel === this.front) this.bringToFront(this.all.find((other) => other.webview.visible) ?? null);
    });
    if (webview.active || !this.front) this.bringToFront(panel);
    webview.webview.html = this.page(webview.webview);
    return panel;
  }

  private bringToFront(panel: ImagePanel | null): void {
    if (panel === this.front) return;
    this.front = panel;
    this.activeChanged.fire(panel);
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
      script: uri('webview.js'),
      style: uri('webview.css'),
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

const unreadable: PanelStatus = {
  kind: 'failed',
  error: 'usage',
  message:
    'What this panel showed before the window was reloaded cannot be read any more. Choose an image, or close it.',
  actions: ['choose-image', 'close'],
};
