import * as v from 'valibot';
import {
  BadFile,
  BadImage,
  Cancelled,
  EngineCrashed,
  errorKind,
  LensError,
  OutOfMemory,
  UnsupportedModel,
  UsageError,
  type ErrorKind,
} from '../errors';
import { isAllocationFailure, memoryAdvice } from './allocation';

/** An error as it crosses a process border: its class by kind, its sentence, and the other side's stack for --verbose. */
export interface WireError {
  readonly kind: ErrorKind;
  readonly message: string;
  /** Of a bad file: whether it is the image. */
  readonly image?: boolean;
  readonly stack: string | null;
}

const restore: Readonly<Record<ErrorKind, (message: string) => LensError>> = {
  usage: (message) => new UsageError(message),
  'unsupported-model': (message) => new UnsupportedModel(message),
  'bad-file': (message) => new BadFile(message),
  'out-of-memory': (message) => new OutOfMemory(message),
  crashed: (message) => new EngineCrashed(message),
  cancelled: (message) => new Cancelled(message),
  internal: (message) => new LensError('internal', message),
};

export const wireError: v.GenericSchema<unknown, WireError> = v.object({
  kind: v.picklist(Object.keys(restore) as ErrorKind[]),
  message: v.string(),
  image: v.optional(v.boolean()),
  stack: v.nullable(v.string()),
});

export function toWire(error: unknown): WireError {
  if (!(error instanceof Error)) return { kind: 'internal', message: String(error), stack: null };
  const stack = stackWithCauses(error);
  // A typed array that is too large is a RangeError, wherever it was asked for.
  if (error instanceof RangeError && isAllocationFailure(error.message)) {
    return { kind: 'out-of-memory', message: `There is not enough memory: ${error.message}. ${memoryAdvice}`, stack };
  }
  const kind = errorKind(error);
  return { kind, message: error.message, stack, ...(error instanceof BadImage ? { image: true } : {}) };
}

/** The same class and sentence on this side; the stack is the other side's, where it happened. */
export function fromWire({ kind, message, stack, image = false }: WireError): LensError {
  const error = image ? new BadImage(message) : restore[kind](message);
  if (stack !== null) error.stack = stack;
  return error;
}

function stackWithCauses(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\nCaused by: ${stackWithCauses(error.cause)}` : own;
}
