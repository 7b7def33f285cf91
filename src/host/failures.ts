import { errorKind } from '../shared/errors';
import type { LogOutputChannel } from 'vscode';

export interface Failure {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly error: Error;
}

/** Where every failure is written down: in the log with its stack, and the last one for "Copy Diagnostics". */
export class Failures {
  private latest: Failure | null = null;

  constructor(private readonly log: LogOutputChannel) {}

  get last(): Failure | null {
    return this.latest;
  }

  record(error: unknown): Error {
    const known = error instanceof Error ? error : new Error(String(error));
    this.latest = { time: Date.now(), error: known };
    this.log.error(`${errorKind(error)}: ${known.stack ?? known.message}`);
    return known;
  }
}
