import { randomBytes } from 'node:crypto';
import { Uri, ViewColumn, window, type Disposable, type Webview, type WebviewPanel } from 'vscode';
import { isFromPanel, type PanelState, type ToPanel } from '../shared/panel-protocol';

interface Shown {
  readonly panel: WebviewPanel;
  state: PanelState;
}

/** One panel for each image, which a later explanation of the same image fills anew. */
export class ImagePanels implements Disposable {
  private readonly shown = new Map<string, Shown>();

  constructor(private readonly extensionUri: Uri) {}

  show(image: Uri, state: PanelState): void {
    const known = this.shown.get(image.toString());
    if (known) {
      known.state = state;
      post(known);
      known.panel.reveal();
    } else this.open(image, state);
  }

  dispose(): void {
    for (const { panel } of [...this.shown.values()]) panel.dispose();
  }

  private open(image: Uri, state: PanelState): void {
    const dist = Uri.joinPath(this.extensionUri, 'dist');
    const panel = window.createWebviewPanel(
      'attentionLens.image',
      `Explain: ${state.title}`,
      { viewColumn: ViewColumn.Beside },
      { enableScripts: true, localResourceRoots: [dist] },
    );
    panel.iconPath = Uri.joinPath(this.extensionUri, 'media', 'icon.png');
    const shown: Shown = { panel, state };
    this.shown.set(image.toString(), shown);
    panel.onDidDispose(() => this.shown.delete(image.toString()));
    // A panel that was hidden has lost its content and asks again.
    panel.webview.onDidReceiveMessage((message: unknown) => isFromPanel(message) && post(shown));
    panel.webview.html = page(panel.webview, dist);
  }
}

function post({ panel, state }: Shown): void {
  const message: ToPanel = { type: 'show', state };
  void panel.webview.postMessage(message);
}

function page(webview: Webview, dist: Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const uri = (name: string) => webview.asWebviewUri(Uri.joinPath(dist, name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${uri('webview.css')}" />
    <title>Attention Lens</title>
  </head>
  <body>
    <script nonce="${nonce}" src="${uri('webview.js')}"></script>
  </body>
</html>`;
}
