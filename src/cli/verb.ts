import type { EngineClient } from '../engine/client';

export interface OptionSpec {
  readonly help: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  /** Takes no value. */
  readonly flag?: boolean;
  readonly required?: boolean;
}

/** What the user gave, checked against the verb's list. */
export interface Arguments {
  readonly positionals: readonly string[];
  one(name: string): string | undefined;
  many(name: string): readonly string[];
  has(name: string): boolean;
}

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
