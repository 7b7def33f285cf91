import { setImmediate } from 'node:timers/promises';
import { Cancelled } from '../shared/errors';
import type { CallContext, Params, Result } from '../shared/rpc/rpc';

/** What a piece of work knows of its call and of its turn. */
export interface Turn extends Pick<CallContext, 'signal' | 'progress'> {
  /**
   * For long work, between its parts: whatever waits goes first. Rejects with {@link Cancelled} once nobody waits for this work any
   * more.
   */
  pause(): Promise<void>;
}

/** What long work awaits between its parts, with the part that is done. */
export const inParts =
  ({ progress, pause }: Turn, stage: string) =>
  (fraction: number): Promise<void> => {
    progress({ stage, fraction });
    return pause();
  };

/** The methods of M as work that is done in turn. */
export type InTurn<M> = {
  readonly [K in keyof M]: (params: Params<M, K>, turn: Turn) => Promise<Result<M, K>>;
};

/**
 * One piece of work after another: ONNX Runtime blocks the thread anyway, and two runs at once would need the memory of both.
 * Work that was cancelled while it waited never begins.
 */
export class WorkQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** @param worked called at the end of each piece of work */
  constructor(private readonly worked: () => void = () => undefined) {}

  /** Rejects with {@link Cancelled}, or with what `work` throws. */
  async run<T>(context: CallContext, work: (turn: Turn) => Promise<T>): Promise<T> {
    const { signal } = context;
    let end = await this.turn(signal);
    const pause = async () => {
      end();
      end = await this.turn(signal);
    };
    try {
      await context.started();
      return await work({ signal, progress: (progress) => context.progress(progress), pause });
    } finally {
      end();
      this.worked();
    }
  }

  /** Waits for those who came before. Resolves with what ends the turn; rejects with {@link Cancelled} as soon as the signal says so. */
  private async turn(signal: AbortSignal): Promise<() => void> {
    const before = this.last;
    let end!: () => void;
    const mine = new Promise<void>((resolve) => (end = resolve));
    this.last = before.then(() => mine);
    try {
      await Promise.race([before, abortOf(signal)]);
      // One turn of the event loop, so that a cancellation that has already arrived is read before the thread is blocked.
      await setImmediate();
      signal.throwIfAborted();
      return end;
    } catch {
      end();
      throw new Cancelled();
    }
  }
}

/** Rejects when the signal is aborted, and never resolves. */
const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Cancelled()), { once: true }));
