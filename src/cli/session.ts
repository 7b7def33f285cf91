import type { SessionOptions } from '../engine/protocol';
import { UsageError } from '../shared/errors';
import type { Arguments } from './verb';

/** How ONNX Runtime is to run, from the common options. */
export function sessionOptions(args: Arguments): SessionOptions {
  const threads = args.one('threads');
  if (threads !== undefined && !/^[1-9]\d{0,2}$/.test(threads))
    throw new UsageError(`--threads takes a number from 1 to 999, not "${threads}".`);
  return {
    executionProvider: args.one('provider'),
    threads: threads === undefined ? undefined : Number(threads),
    lowMemory: args.has('low-memory'),
  };
}
