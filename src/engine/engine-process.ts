import { fork, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { Cancelled, type LensError } from '../shared/errors';
import { describeDeath } from './crash';
import { Heartbeat, type HeartbeatLimits } from './heartbeat';
import { eachLine } from './lines';
import { oomKills } from './oom-kills';
import { portToChild } from './ports';
import type { EngineEvents, EngineMethods } from './protocol';
import { Rpc, type CallOptions, type Params, type Result } from '../shared/rpc/rpc';
import { engineEvents } from './event-schemas';

export interface ProcessOptions {
  /** The child's bundle: dist/engine.cjs. */
  readonly enginePath: string;
  /** See {@link EngineClientOptions.codeFolder}. */
  readonly codeFolder: string | null;
  /** The node, or Electron, that runs it. */
  readonly execPath: string;
  readonly execArgv: readonly string[];
  /** null: never ended for silence. */
  readonly heartbeat: HeartbeatLimits | null;
  readonly log: (line: string) => void;
  readonly onReady: () => void;
  /** It ended without {@link EngineProcess.kill}. */
  readonly onDeath: (error: LensError) => void;
}

const keptLines = 30;

const socket = (stream: Readable | null): Socket | null => (stream instanceof Socket ? stream : null);

/** Opening a model makes many small objects at once: with V8's default of 16 MB a fifth of that time went into collecting them (measured). */
export const roomForGraphs: readonly string[] = ['--min-semi-space-size=16', '--max-semi-space-size=32'];

/** One life of the child process: started by the constructor, ended by {@link kill} or by its own death. */
export class EngineProcess {
  /** Settles when the process is gone, however it ended. */
  readonly gone: Promise<void>;
  private readonly child: ChildProcess;
  private readonly rpc: Rpc<object, EngineMethods, EngineEvents>;
  private readonly heartbeat: Heartbeat | null;
  private readonly stderr: string[] = [];
  private readonly oomKillsBefore = oomKills();
  private killed = false;
  private silentMs: number | null = null;
  private pinging = false;
  private working = 0;

  constructor(private readonly options: ProcessOptions) {
    const { enginePath, codeFolder, execPath, execArgv, heartbeat } = options;
    const child = fork(enginePath, codeFolder === null ? [] : [codeFolder], {
      execPath,
      // Not the parent's: a second --inspect on the same port would fail.
      execArgv: [...roomForGraphs, ...execArgv],
      env: process.versions.electron ? { ...process.env, ELECTRON_RUN_AS_NODE: '1' } : process.env,
      // Its stdout is no channel of ours, and must not mix into the command line's.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.child = child;
    this.gone = new Promise((resolve) => {
      child.once('close', () => resolve());
      child.once('error', () => child.pid === undefined && resolve());
    });
    if (child.stdout) eachLine(child.stdout, options.log);
    if (child.stderr) eachLine(child.stderr, (line) => this.hear(line));
    // Errors of a process that runs are followed by its end, or by nothing.
    child.on('error', (error) => child.pid === undefined && this.ended(null, null, error));
    child.once('close', (code, signal) => this.ended(code, signal, null));
    const port = portToChild(child);
    this.rpc = new Rpc<object, EngineMethods, EngineEvents>(
      // The channel closes before the last words are read: calls are rejected by the death, which has the reason.
      { ...port, onClose: () => undefined },
      { handlers: {}, params: {}, events: engineEvents, onEvent: { ready: options.onReady }, log: options.log },
    );
    child.on('message', () => this.heartbeat?.alive());
    port.onClose(() => child.kill('SIGKILL'));
    this.heartbeat =
      heartbeat &&
      new Heartbeat(
        heartbeat,
        () => this.ping(),
        (ms) => this.hung(ms),
      );
  }

  get pid(): number | null {
    return this.child.pid ?? null;
  }

  /** Whether it has said that it began, and not yet that it ended. */
  get atWork(): boolean {
    return this.working > 0;
  }

  /** Rejects with the child's error in its class, or with the reason of its end. */
  call<K extends keyof EngineMethods>(
    method: K,
    params: Params<EngineMethods, K>,
    options: CallOptions,
  ): Promise<Result<EngineMethods, K>> {
    let begun = false;
    const onStarted = () => {
      begun = true;
      this.working++;
      this.heartbeat?.begun();
      options.onStarted?.();
    };
    const onEnded = () => {
      if (begun) {
        this.working--;
        this.heartbeat?.done();
      }
      options.onEnded?.();
    };
    return this.rpc.call(method, params, { ...options, onStarted, onEnded });
  }

  /** Whether somebody waits: only then is the child watched, and does it keep this process from ending by itself. */
  waitedFor(yes: boolean): void {
    this.heartbeat?.watch(yes);
    this.keepParent(yes);
  }

  /** Ends it at once, whatever it does (2 ms); it holds nothing that must be saved. Calls that wait are rejected with `reason`. */
  kill(reason: LensError = new Cancelled()): void {
    this.killed = true;
    this.heartbeat?.watch(false);
    // Whoever awaits `gone` must live to see it.
    this.keepParent(true);
    this.rpc.dispose(reason);
    this.child.kill('SIGKILL');
  }

  private keepParent(yes: boolean): void {
    const { child } = this;
    for (const handle of [child, child.channel, socket(child.stdout), socket(child.stderr)]) {
      if (yes) handle?.ref();
      else handle?.unref();
    }
  }

  private hear(line: string): void {
    this.stderr.push(line);
    if (this.stderr.length > keptLines) this.stderr.shift();
    this.options.log(line);
  }

  private ping(): void {
    // One is enough: they would pile up while the child is blocked.
    if (this.pinging) return;
    this.pinging = true;
    const done = () => (this.pinging = false);
    this.rpc.call('ping', null).then(done, done);
  }

  private hung(silentMs: number): void {
    this.silentMs = silentMs;
    this.child.kill('SIGKILL');
  }

  private ended(code: number | null, signal: NodeJS.Signals | null, spawnError: Error | null): void {
    this.heartbeat?.watch(false);
    if (this.killed) return;
    this.killed = true;
    const { stderr, silentMs, oomKillsBefore } = this;
    const kills = oomKills();
    const oomKilled = signal === 'SIGKILL' && kills !== null && oomKillsBefore !== null && kills > oomKillsBefore;
    const { platform, arch } = process;
    const error = describeDeath({ code, signal, stderr, spawnError, silentMs, oomKilled, platform, arch });
    this.rpc.dispose(error);
    this.options.onDeath(error);
  }
}
