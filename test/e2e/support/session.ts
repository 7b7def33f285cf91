import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach } from 'node:test';
import type { OpenOptions } from '../../../scripts/workbench/browser';
import { ensureWorkbench } from '../../../scripts/workbench/install';
import { Server, type ServerOptions } from '../../../scripts/workbench/server';
import { Window } from './driver';
import { PanelPage } from './panel';

export interface SessionOptions extends Pick<OpenOptions, 'width' | 'height'> {
  readonly settings?: ServerOptions['settings'];
  /** Whether VS Code asks if the folder's authors are trusted. */
  readonly trust?: boolean;
  /** A packaged extension; without one the development copy runs. */
  readonly vsix?: string;
  /** Puts more into the folder before it is opened. */
  readonly prepare?: (folder: string) => void;
}

/** What a file of tests shares: a server, a window on a copy of the samples, and the folder of that copy. */
export interface Session {
  readonly server: Server;
  readonly window: Window;
  readonly panel: PanelPage;
  readonly folder: string;
  /** Replaces the settings of the workspace; the window follows within a second or two. */
  configure(settings: Readonly<Record<string, unknown>>): void;
  close(): Promise<void>;
}

export async function openSession({ prepare, ...options }: SessionOptions = {}): Promise<Session> {
  const folder = mkdtempSync(join(tmpdir(), 'attention-lens-e2e-'));
  cpSync('media/samples', folder, { recursive: true });
  prepare?.(folder);
  const server = await Server.start(ensureWorkbench(), options);
  const { width = 1400, height = 900, vsix } = options;
  try {
    const development = vsix ? undefined : process.cwd();
    const window = await Window.open(server, { folder, development, width, height });
    const close = async (): Promise<void> => {
      await window.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    };
    const configure = (settings: Readonly<Record<string, unknown>>): void => {
      mkdirSync(join(folder, '.vscode'), { recursive: true });
      writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify(settings));
    };
    return { server, window, panel: new PanelPage(window), folder, configure, close };
  } catch (error) {
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

/** Of a test that failed, the window as it stood: .cache/e2e/NAME.png. */
export function pictureOfFailures(session: () => Session): void {
  afterEach(async (context) => {
    if (!('passed' in context) || context.passed) return;
    const folder = resolve('.cache/e2e');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${context.name.replace(/[^a-z0-9]+/giu, '-').slice(0, 80)}.png`);
    await session()
      .window.page.screenshot({ path })
      .catch(() => undefined);
    console.error(`A picture of the window: ${path}`);
  });
}
