import { createHandlers } from './handlers';
import { nativeLibraries } from './native';
import { serve } from './serve';
import { defaultLimits, Sessions } from './sessions';
import { createWork } from './work';

/** So long after a piece of work nobody is probably waiting for the next one. */
const restMs = 2_000;

/**
 * Answers the parent. This is the only process that loads native code, and only when it is first needed.
 * @param rested called whenever work was done, and none followed for a while
 */
export function startEngine(rested: () => void): void {
  const native = nativeLibraries();
  const room = { native, sessions: new Sessions(() => native.ort.get(), defaultLimits) };
  let rest: NodeJS.Timeout | undefined;
  const worked = () => {
    clearTimeout(rest);
    rest = setTimeout(rested, restMs).unref();
  };
  serve(createHandlers(createWork(room), room, worked));
}
