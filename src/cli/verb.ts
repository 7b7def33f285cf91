import type { EngineClient } from '../engine/client';
import type { Arguments, OptionSpec } from './arguments';

/** One command of the command line. */
export interface Verb {
  readonly name: string;
  /** What stands after the name, in the help. */
  readonly synopsis: string;
  readonly summary: string;
  /** Names of the positional arguments; all are required. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  run(args: Arguments, engine: EngineClient): Promise<void>;
}
