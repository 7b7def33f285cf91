import { randomInt } from 'node:crypto';
import type { Uri } from 'vscode';
import { EventEmitter, ViewColumn, type Webview, type WebviewPanel } from 'vscode';
import type { ErrorKind } from '../../../src/shared/errors';
import type { HostEvents, HostMethods, PanelRequest } from '../../../src/shared/panel-protocol';
import type { Params, Result } from '../../../src/shared/rpc/rpc';
import type { ImagePanel } from '../../../src/host/panels/image-panel';
import { lens } from './lens';
import { until } from './until';

interface Said {
  readonly type?: string;
  readonly id?: number;
  readonly name?: string;
  readonly payload?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly kind: ErrorKind; readonly message: string };
}

/** A panel whose page is the test: it says what a page says, also what none should, and hears what a page hears. */
export class Page<Methods = HostMethods, Events = HostEvents> implements WebviewPanel {
  readonly viewType = 'attentionLens.test';
  readonly heard: Said[] = [];
  readonly options = {};
  title = '';
  iconPath: Uri | undefined;
  active = true;
  visible = true;
  disposed = false;
  viewColumn = ViewColumn.One;
  private readonly received = new EventEmitter<unknown>();
  private readonly viewState = new EventEmitter<{ readonly webviewPanel: WebviewPanel }>();
  private readonly gone = new EventEmitter<void>();
  readonly onDidChangeViewState = this.viewState.event;
  readonly onDidDispose = this.gone.event;
  readonly webview: Webview = {
    options: {},
    html: '',
    cspSource: 'test:',
    asWebviewUri: (uri: Uri) => uri,
    onDidReceiveMessage: this.received.event,
    postMessage: (message: Said) => {
      this.heard.push(message);
      return Promise.resolve(true);
    },
  };

  reveal(): void {}

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.gone.fire();
  }

  /** Whatever it may be. */
  post(message: unknown): void {
    this.received.fire(message);
  }

  hide(): void {
    this.active = this.visible = false;
    this.viewState.fire({ webviewPanel: this });
  }

  /** As the page says things unasked. */
  say(name: string, payload: unknown): void {
    this.post({ type: 'event', name, payload });
  }

  /** As the page's own Rpc asks. Rejects with the answer's error. */
  async ask<K extends keyof Methods & string>(method: K, params: Params<Methods, K>): Promise<Result<Methods, K>> {
    return (await this.askAnything(method, params)) as Result<Methods, K>;
  }

  async askAnything(method: string, params: unknown): Promise<unknown> {
    const id = randomInt(2 ** 40);
    this.post({ type: 'request', id, method, params });
    const answer = await this.answer(id);
    if (answer.type === 'error') throw Object.assign(new Error(answer.error!.message), { kind: answer.error!.kind });
    return answer.result;
  }

  answer(id: number): Promise<Said> {
    return until(
      () => this.heard.find((said) => said.id === id && (said.type === 'result' || said.type === 'error')),
      `an answer to ${id}`,
    );
  }

  /** What was said unasked, oldest first. */
  events<K extends keyof Events>(name: K): Events[K][] {
    return this.heard.flatMap((said) =>
      said.type === 'event' && said.name === name ? [said.payload as Events[K]] : [],
    );
  }
}

/** A panel of the extension with a test for its page. */
export async function panelWithPage(
  request: PanelRequest,
): Promise<{ readonly page: Page; readonly panel: ImagePanel }> {
  const { testing } = await lens();
  const page = new Page();
  await testing.panels.restore(page, request);
  return { page, panel: testing.panels.all.find(({ webview }) => webview === page)! };
}

/** The same, once it shows its explanation. */
export async function explainedPage(
  request: PanelRequest,
): Promise<{ readonly page: Page; readonly panel: ImagePanel }> {
  const made = await panelWithPage(request);
  await until(() => made.panel.images.length > 0, 'an explanation', { said: () => JSON.stringify(made.panel.status) });
  return made;
}
