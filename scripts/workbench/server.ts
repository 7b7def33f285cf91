import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Workbench } from './install';

export interface ServerOptions {
  /** Where its state lives; a new temporary folder by default, removed when it stops. */
  readonly state?: string;
  /** User settings beside {@link quietSettings}. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A packaged extension to install. */
  readonly vsix?: string;
  /** Whether VS Code asks if a folder's authors are trusted. */
  readonly trust?: boolean;
  readonly port?: number;
}

/** Nothing greets, updates, recommends or reports. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'chat.disableAIFeatures': true,
  'workbench.enableExperiments': false,
  'git.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
};

/** A VS Code server on loopback, with a state folder of its own. */
export class Server {
  private constructor(
    readonly port: number,
    readonly state: string,
    private readonly child: ChildProcess,
    private readonly temporary: boolean,
  ) {}

  get authority(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Of its process, which leads those of its extension hosts. */
  get pid(): number {
    return this.child.pid!;
  }

  static async start({ node, codeServer }: Workbench, options: ServerOptions = {}): Promise<Server> {
    const temporary = options.state === undefined;
    const state = options.state ?? mkdtempSync(join(tmpdir(), 'attention-lens-workbench-'));
    mkdirSync(join(state, 'user-data/User'), { recursive: true });
    mkdirSync(join(state, 'extensions'), { recursive: true });
    writeFileSync(join(state, 'config.yaml'), 'auth: none\n');
    if (temporary || !existsSync(settingsFile(state))) writeSettings(state, { ...options.settings, ...(options.trust ? { 'security.workspace.trust.enabled': true } : {}) }); // prettier-ignore
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      XDG_CONFIG_HOME: join(state, 'xdg'),
      XDG_DATA_HOME: join(state, 'xdg'),
    };
    for (const name of ['VSCODE_IPC_HOOK_CLI', 'PORT', 'PASSWORD', 'NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE'])
      delete env[name];
    const common = [
      join(codeServer, 'out/node/entry.js'),
      ...['--config', join(state, 'config.yaml')],
      ...['--user-data-dir', join(state, 'user-data')],
      ...['--extensions-dir', join(state, 'extensions')],
    ];
    if (options.vsix) execFileSync(node, [...common, '--install-extension', options.vsix], { env, stdio: 'pipe' });
    const child = spawn(
      node,
      [
        ...common,
        ...['--auth', 'none', '--bind-addr', `127.0.0.1:${options.port ?? 0}`],
        ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy'],
        ...(options.trust ? [] : ['--disable-workspace-trust']),
        '--ignore-last-opened',
        ...['--vscode-option', 'enable-smoke-test-driver'],
      ],
      // A process group of its own, so that its extension host and watchers end with it.
      { stdio: ['ignore', 'pipe', 'pipe'], env, detached: true },
    );
    return new Server(await listening(child, join(state, 'server.log')), state, child, temporary);
  }

  async stop(): Promise<void> {
    const group = (signal: NodeJS.Signals): void => {
      try {
        process.kill(-this.child.pid!, signal);
      } catch {
        // It is gone.
      }
    };
    if (this.child.exitCode === null && this.child.signalCode === null)
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => group('SIGKILL'), 5000);
        this.child.once('exit', () => {
          clearTimeout(late);
          resolve();
        });
        group('SIGTERM');
      });
    group('SIGKILL');
    if (this.temporary) rmSync(this.state, { recursive: true, force: true, maxRetries: 5 });
  }
}

const settingsFile = (state: string): string => join(state, 'user-data/User/settings.json');

/** Replaces the user's settings; a running workbench follows. */
const writeSettings = (state: string, settings: Readonly<Record<string, unknown>> = {}): void =>
  writeFileSync(settingsFile(state), JSON.stringify({ ...quietSettings, ...settings }, null, 2));

/** Writes the settings of the machine that the server runs on: the only user's settings whose scope may be "machine" or "machine-overridable". */
export function writeMachineSettings(state: string, settings: Readonly<Record<string, unknown>>): void {
  const folder = join(state, 'user-data/Machine');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
}

/** The port, once its log says it. */
function listening(child: ChildProcess, logFile: string): Promise<number> {
  const log = createWriteStream(logFile);
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`code-server did not start within a minute; see ${logFile}.`)),
      60_000,
    );
    let said = '';
    const hear = (data: Buffer): void => {
      log.write(data);
      said += data.toString();
      const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (!port) return;
      clearTimeout(late);
      resolve(Number(port));
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(
        new Error(`code-server ended with ${code}: ${existsSync(logFile) ? readFileSync(logFile, 'utf8') : said}`),
      );
    });
  });
}
