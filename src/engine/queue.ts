import { setImmediate } from 'node:timers/promises';
import { Cancelled } from '../shared/errors';
import type { CallContext } from './rpc';

/**
 * One piece of work after another: ONNX Runtime blocks the thread anyway, and two runs at once would need the memory of both.
 * Work that was cancelled while it waited never begins.
 */
export class WorkQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** Rejects with {@link Cancelled}, or with what `work` throws. */
  run<T>(context: CallContext, work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(async () => {
      // One turn of the event loop, so that a cancellation that has already arrived is read before the thread is blocked.
      await setImmediate();
      if (context.signal.aborted) throw new Cancelled();
      await context.started();
      return work();
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
