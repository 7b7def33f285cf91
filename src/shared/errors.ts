/** The five classes of failure that a caller can tell apart. They keep their class across processes: see {@link errorKind}. */
export type ErrorKind =
  'usage' | 'unsupported-model' | 'bad-file' | 'out-of-memory' | 'crashed' | 'cancelled' | 'internal';

/** A failure with a sentence for the reader (cause, then way out) and a class for the program. */
export class LensError extends Error {
  constructor(
    readonly kind: ErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'LensError';
  }
}

/** The caller asked for something that cannot be meant: an unknown option, an index out of range, an empty prompt. */
export class UsageError extends LensError {
  constructor(message: string, options?: ErrorOptions) {
    super('usage', message, options);
    this.name = 'UsageError';
  }
}

/** The file is a model, but one that the engine cannot trace. */
export class UnsupportedModel extends LensError {
  constructor(message: string, options?: ErrorOptions) {
    super('unsupported-model', message, options);
    this.name = 'UnsupportedModel';
  }
}

/** A file or an input tensor that is missing, damaged or not what it should be. */
export class BadFile extends LensError {
  constructor(message: string, options?: ErrorOptions) {
    super('bad-file', message, options);
    this.name = 'BadFile';
  }
}

/** The file at fault is the image that is to be explained: another image is a way out, another model is none. */
export class BadImage extends BadFile {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BadImage';
  }
}

export class OutOfMemory extends LensError {
  constructor(message: string, options?: ErrorOptions) {
    super('out-of-memory', message, options);
    this.name = 'OutOfMemory';
  }
}

export class EngineCrashed extends LensError {
  constructor(message: string, options?: ErrorOptions) {
    super('crashed', message, options);
    this.name = 'EngineCrashed';
  }
}

export class Cancelled extends LensError {
  constructor(message = 'Cancelled.', options?: ErrorOptions) {
    super('cancelled', message, options);
    this.name = 'Cancelled';
  }
}

export const errorKind = (error: unknown): ErrorKind => (error instanceof LensError ? error.kind : 'internal');
