import { parseArgs } from 'node:util';
import { UsageError } from '../shared/errors';
import type { Arguments, OptionSpec, Verb } from './verb';

/** Options of every verb. */
const commonOptions: Readonly<Record<string, OptionSpec>> = {
  verbose: { help: 'show the engine’s log, and a stack trace with an error', flag: true },
  threads: { help: 'threads of ONNX Runtime' },
  provider: { help: 'execution provider of ONNX Runtime (default cpu)' },
  'low-memory': { help: 'less memory, about a quarter slower', flag: true },
};

/** @throws UsageError for what the verb does not know or lacks */
export function parse(verb: Verb, argv: readonly string[]): Arguments {
  const specs = { ...verb.options, ...commonOptions };
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { multiple, flag: isFlag }]) => [
      name,
      { type: isFlag ? ('boolean' as const) : ('string' as const), multiple: multiple ?? false },
    ]),
  );
  const { values, positionals } = parsed(verb, argv, options);
  if (positionals.length !== verb.positionals.length)
    throw new UsageError(
      `"${verb.name}" takes ${verb.positionals.join(' ')}, and ${positionals.length} ${positionals.length === 1 ? 'was' : 'were'} given. Usage: ${usage(verb)}`,
    );
  for (const [name, { required }] of Object.entries(verb.options))
    if (required && values[name] === undefined)
      throw new UsageError(`"${verb.name}" needs --${name}. Usage: ${usage(verb)}`);
  return {
    positionals,
    one: (name) => values[name] as string | undefined,
    many: (name) => (values[name] as string[] | undefined) ?? [],
    has: (name) => values[name] !== undefined,
  };
}

interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

type ParseOptions = NonNullable<Parameters<typeof parseArgs>[0]>['options'];

function parsed(verb: Verb, argv: readonly string[], options: ParseOptions): Parsed {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}. Usage: ${usage(verb)}`, { cause: error });
  }
}

const usage = (verb: Verb): string => `attention-lens ${verb.name} ${verb.synopsis}`;

export const flag = (argv: readonly string[], ...names: readonly string[]): boolean =>
  argv.some((a) => names.includes(a));

export function help(verbs: readonly Verb[]): string {
  const lines = verbs.flatMap((verb) => [
    usage(verb),
    `    ${verb.summary}`,
    ...Object.entries(verb.options).map(([name, o]) => `    --${name.padEnd(12)} ${o.help}`),
    '',
  ]);
  const common = Object.entries(commonOptions).map(([name, o]) => `    --${name.padEnd(12)} ${o.help}`);
  return [...lines, 'with every command', ...common].join('\n');
}
