import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { recordedScripts } from './record';
import { recordingsOf } from './states';
import { themeClasses, themeNames, themeSheet, type ThemeName } from './themes';

const root = join(import.meta.dirname, '../../..');

export interface Served {
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * The panel's page as the extension serves it, under the same policy, with the fake host before the panel's script. The panel itself is
 * bundled as scripts/build.mjs does, from the sources as they are now. `/?options=JSON` is the page: {state, theme, saved, concepts}.
 */
export async function serve(panel: PanelEntries = imagePanel): Promise<Served> {
  const { host, script, style } = await bundles(panel);
  const { recordings = imageRecordings } = panel;
  const server = createServer((request, response) => {
    const send = (type: string, body: string | Buffer, headers: Record<string, string> = {}) => {
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, ...headers });
      response.end(body);
    };
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answer = async (): Promise<void> => {
      const [, folder, name] = url.pathname.split('/') as [string, string, string?];
      if (url.pathname === '/') {
        const { html, policy } = page(
          JSON.parse(url.searchParams.get('options') ?? '{}') as PageOptions,
          origin(),
          recordings,
        );
        return send('text/html', html, { 'content-security-policy': policy, 'cache-control': 'no-store' });
      }
      if (folder === 'fake-host.js') return send('text/javascript', host);
      if (folder === 'webview.js') return send('text/javascript', script);
      if (folder === 'webview.css') return send('text/css', style);
      if (folder === 'theme' && name) return send('text/css', themeSheet(name.replace('.css', '') as ThemeName));
      if (folder === 'recording' && name) {
        const scripts = await recordings.scripts([name.replace('.js', '')]);
        return send('text/javascript', readFileSync([...scripts.values()][0]!));
      }
      response.writeHead(404).end();
    };
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: origin(),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What a page is made of: files of this repository. */
export interface PanelEntries {
  /** Runs before the panel's script. */
  readonly host: string;
  readonly script: string;
  readonly style: string;
  /** Of the engine: those that a state needs, and the scripts that give them to the page. */
  readonly recordings?: Recordings;
}

export interface Recordings {
  readonly of: (state: string) => readonly string[];
  readonly scripts: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

const imageRecordings: Recordings = { of: recordingsOf, scripts: recordedScripts };

const imagePanel: PanelEntries = {
  host: 'test/webview/support/fake-host.ts',
  script: 'webview/main.tsx',
  style: 'webview/styles/panel.css',
};

async function bundles({ host, script, style }: PanelEntries) {
  const { outputFiles } = await build({
    entryPoints: [
      { in: join(root, host), out: 'fake-host' },
      { in: join(root, script), out: 'webview' },
      { in: join(root, style), out: 'webview' },
    ],
    bundle: true,
    write: false,
    outdir: 'out',
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'error',
  });
  const text = (name: string) => outputFiles.find(({ path }) => path.endsWith(name))!.text;
  return { host: text('fake-host.js'), script: text('webview.js'), style: text('webview.css') };
}

export interface PageOptions {
  readonly state?: string;
  readonly theme?: ThemeName;
  readonly saved?: unknown;
  readonly concepts?: readonly string[];
  /** The state was told before the page asked; or that went to a page before this one. */
  readonly told?: 'early' | 'missed';
}

function page(
  { state = 'space', theme = 'dark', saved, concepts, told }: PageOptions,
  origin: string,
  recordings: Recordings,
) {
  if (!themeNames.includes(theme)) throw new Error(`No theme "${theme}"; there are ${themeNames.join(', ')}.`);
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; style-src ${origin} 'nonce-${nonce}'; script-src 'nonce-${nonce}'; img-src ${origin} blob: data:; font-src ${origin}`;
  const classes = themeClasses[theme];
  const script = (source: string) => `<script nonce="${nonce}" src="${source}"></script>`;
  // In a script, "<" as JSON's escape: a state's name could end the script otherwise.
  const options = JSON.stringify({ state, saved, concepts, told }).replaceAll('<', '\\u003c');
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta property="csp-nonce" nonce="${nonce}" content="${nonce}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/theme/${theme}.css" />
    <link rel="stylesheet" href="/webview.css" />
    <title>Attention Lens</title>
  </head>
  <body class="${classes.join(' ')}" data-vscode-theme-kind="${classes[0]}">
    <script nonce="${nonce}">window.hostOptions = ${options};</script>
    ${recordings
      .of(state)
      .map((name) => script(`/recording/${name}.js`))
      .join('')}
    ${script('/fake-host.js')}
    ${script('/webview.js')}
  </body>
</html>`;
  return { html, policy };
}
