import { Cancelled, EngineCrashed, type LensError } from '../shared/errors';
import { EngineProcess } from './engine-process';
import { defaultHeartbeat, type HeartbeatLimits } from './heartbeat';
import type { Progress } from '../shared/rpc/progress';
import type { EngineMethods } from './protocol';
import { defaultRestarts, RestartBudget, type RestartLimits } from './restart-budget';
import type { Params, Result } from '../shared/rpc/rpc';

export interface EngineClientOptions {
  /** The child's bundle: dist/engine.cjs. */
  readonly enginePath: string;
  /** Absolute path of a folder, which only this user may write to, where what V8 compiled is kept for the next process; none by default. */
  readonly codeFolder?: string;
  /** The node that runs it; this process's own by default (inside Electron, as node). */
  readonly execPath?: string;
  readonly execArgv?: readonly string[];
  /** The child is stopped after so long without a call: 5 minutes by default. */
  readonly idleTimeoutMs?: number;
  readonly restartBudget?: RestartLimits;
  /** null: a child is never ended for being silent (for debugging it). */
  readonly heartbeat?: HeartbeatLimits | null;
  /** What the child writes, line by line. */
  readonly log?: (line: string) => void;
  readonly onState?: (state: EngineState) => void;
}

/** `failed`: it crashed too often, and waits for {@link EngineClient.reset}. */
export type EngineState = 'stopped' | 'starting' | 'busy' | 'idle' | 'failed' | 'disposed';

export interface EngineCallOptions {
  /**
   * Rejects the call with Cancelled at once. Work that has begun and does not end soon by itself ends with its process, and the next call gets a
   * new one.
   */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** How long a call that was aborted may take to end by itself: a new process and its session take longer than many a run. */
const graceMs = 500;
/** The same for one that never began although nothing else runs: a process that starts may be slow, one that hangs says nothing for ever. */
const silentGraceMs = 5_000;

interface Call {
  /** Sends it to a process; once more to the next one when another call's abort ended the first. */
  send(engine: EngineProcess): void;
  /** The process that has it now: what an earlier one answers no longer counts. */
  engine: EngineProcess | null;
  reject(error: Error): void;
}

/**
 * The engine as its users see it: promises. The child process starts with the first call (or shortly before, see `start`), stops when nobody has called for a while, and is
 * started again after a crash, within a budget.
 */
export class EngineClient {
  private readonly calls = new Set<Call>();
  private readonly budget: RestartBudget;
  private engine: EngineProcess | null = null;
  private idleTimer: NodeJS.Timeout | null = null;
  private ready = false;
  private disposed = false;
  private lastCrash: LensError | null = null;
  private shown: EngineState = 'stopped';

  constructor(private readonly options: EngineClientOptions) {
    this.budget = new RestartBudget(options.restartBudget ?? defaultRestarts);
  }

  get state(): EngineState {
    if (this.disposed) return 'disposed';
    if (this.engine === null) return this.budget.spent ? 'failed' : 'stopped';
    if (!this.ready) return 'starting';
    return this.calls.size > 0 ? 'busy' : 'idle';
  }

  /** Of the child, for messages and tests; null while there is none. */
  get pid(): number | null {
    return this.engine?.pid ?? null;
  }

  /** Rejects with the engine's error in its class; Cancelled on abort or dispose; EngineCrashed or OutOfMemory when the child ended. */
  call<K extends keyof EngineMethods>(
    method: K,
    params: Params<EngineMethods, K>,
    { signal, onProgress }: EngineCallOptions = {},
  ): Promise<Result<EngineMethods, K>> {
    return new Promise((resolve, reject) => {
      const refusal = this.refusal(signal);
      if (refusal) return reject(refusal);
      let begun = false;
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          if (!this.calls.delete(call)) return;
          signal?.removeEventListener('abort', aborted);
          then(value);
          this.counted();
        };
      const answered = settle(resolve);
      const failed = settle(reject);
      let ended = () => {};
      const endSoon = (engine: EngineProcess, own: boolean) => {
        ended();
        // What runs by then is another call's work, and no sign of hanging.
        const timer = setTimeout(() => (own || !engine.atWork) && this.restart(engine), own ? graceMs : silentGraceMs);
        timer.unref();
        ended = () => clearTimeout(timer);
      };
      const aborted = () => {
        failed(new Cancelled());
        if (call.engine) endSoon(call.engine, begun);
      };
      const call: Call = {
        engine: null,
        reject: failed,
        send: (engine) => {
          call.engine = engine;
          begun = false;
          const onStarted = () => {
            begun = true;
            // It was aborted while it waited, and began before the child heard of that.
            if (signal?.aborted) endSoon(engine, true);
          };
          engine.call(method, params, { signal, onProgress, onStarted, onEnded: () => ended() }).then(
            (result) => call.engine === engine && answered(result),
            (error: Error) => call.engine === engine && failed(error),
          );
        },
      };
      this.calls.add(call);
      signal?.addEventListener('abort', aborted, { once: true });
      call.send(this.running());
      this.counted();
    });
  }

  /** Starts the child before it is called, so that it listens by then; nothing native is loaded. It is stopped as any that nobody calls. */
  start(): void {
    if (this.disposed || this.budget.spent) return;
    this.running();
    this.counted();
  }

  /** Allows a new start after too many crashes. */
  reset(): void {
    this.budget.reset();
    this.show();
  }

  /** Ends the child, if there is one; the next call starts a new one. Calls that wait are rejected with Cancelled. */
  async stop(): Promise<void> {
    const engine = this.release();
    this.rejectAll(new Cancelled('The engine was stopped.'));
    engine?.kill();
    this.show();
    await engine?.gone;
  }

  /** Ends the child and rejects what waits, and every later call, with Cancelled. Resolves when the child is gone. */
  async dispose(): Promise<void> {
    this.disposed = true;
    await this.stop();
  }

  private refusal(signal: AbortSignal | undefined): LensError | null {
    if (this.disposed) return new Cancelled('The engine was closed.');
    if (signal?.aborted) return new Cancelled();
    if (!this.budget.spent) return null;
    const why = this.lastCrash ? ` The last time: ${this.lastCrash.message}` : '';
    return new EngineCrashed(
      `The engine crashed too often and is not started again by itself. Run “Attention Lens: Restart Engine” to try again.${why}`,
    );
  }

  private running(): EngineProcess {
    if (this.engine) return this.engine;
    const { enginePath, codeFolder, execPath = process.execPath, execArgv = [], heartbeat, log = () => undefined } = this.options; // prettier-ignore
    // A child that stands at a breakpoint is silent too.
    const debugged = execArgv.some((argument) => argument.startsWith('--inspect'));
    const engine: EngineProcess = new EngineProcess({
      enginePath,
      // Nor is code at hand that a debugger has not seen compiled; and whatever ended a process is not loaded twice.
      codeFolder: debugged || this.lastCrash ? null : (codeFolder ?? null),
      execPath,
      execArgv,
      log,
      heartbeat: debugged ? null : heartbeat === undefined ? defaultHeartbeat : heartbeat,
      onReady: () => {
        if (this.engine !== engine) return;
        this.ready = true;
        this.show();
      },
      onDeath: (error) => this.died(engine, error),
    });
    this.engine = engine;
    return engine;
  }

  /** Cancels what has begun by ending its process. The others go to a new one: they wait, or paused to let it go first, and hold no state. */
  private restart(engine: EngineProcess | null): void {
    if (engine === null || this.engine !== engine) return;
    this.release();
    const others = [...this.calls];
    for (const call of others) call.engine = null;
    engine.kill();
    for (const call of others) call.send(this.running());
    this.counted();
  }

  private died(engine: EngineProcess, error: LensError): void {
    this.options.log?.(error.message);
    if (this.engine !== engine) return;
    this.release();
    this.budget.crashed();
    this.lastCrash = error;
    this.rejectAll(error);
    this.show();
  }

  /** Lets go of the process, without ending it. */
  private release(): EngineProcess | null {
    const { engine } = this;
    this.engine = null;
    this.ready = false;
    this.stopIdling();
    return engine;
  }

  private rejectAll(error: LensError): void {
    for (const call of [...this.calls]) call.reject(error);
  }

  /** After every change of the number of calls. */
  private counted(): void {
    this.stopIdling();
    const waited = this.calls.size > 0;
    this.engine?.waitedFor(waited);
    if (this.engine && !waited) {
      this.idleTimer = setTimeout(() => void this.stop(), this.options.idleTimeoutMs ?? 5 * 60_000);
      this.idleTimer.unref();
    }
    this.show();
  }

  private stopIdling(): void {
    if (this.idleTimer) clearTimeout(this.idleTimer);
    this.idleTimer = null;
  }

  private show(): void {
    const { state } = this;
    if (state === this.shown) return;
    this.shown = state;
    this.options.onState?.(state);
  }
}
