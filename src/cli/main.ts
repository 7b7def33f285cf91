import { EngineClient } from '../engine/client';
import { errorKind, UsageError } from '../shared/errors';
import { flag, help, parse } from './arguments';
import { explainImageVerb } from './image';
import { installation } from './installation';
import { preprocessVerb } from './preprocess';
import { explainTextVerb } from './text';
import { traceVerb } from './trace';
import type { Verb } from './verb';

const verbs: Readonly<Record<string, Verb>> = {
  image: explainImageVerb,
  text: explainTextVerb,
  preprocess: preprocessVerb,
  trace: traceVerb,
};

/** Exit codes of the contract (README); 1 is an error of our own. */
const exitCodes: Readonly<Record<string, number>> = {
  usage: 2,
  'unsupported-model': 3,
  'bad-file': 4,
  'out-of-memory': 5,
  crashed: 5,
  cancelled: 130,
  internal: 1,
};

async function main(argv: readonly string[]): Promise<number> {
  const verbose = argv.includes('--verbose');
  const log: string[] = [];
  const engine = new EngineClient({
    enginePath: installation().engine,
    idleTimeoutMs: 1000,
    log: (line) => (verbose ? console.error(line) : log.push(line)),
  });
  try {
    const [name, ...rest] = argv;
    if (name === undefined || name === 'help' || flag(argv, '--help', '-h')) {
      console.log(help(Object.values(verbs)));
      return name === undefined ? 2 : 0;
    }
    if (name === '--version') {
      console.log(installation().version);
      return 0;
    }
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (!verb)
      throw new UsageError(`There is no command "${name}". Use ${Object.keys(verbs).join(', ')}; --help shows how.`);
    await verb.run(parse(verb, rest), engine);
    return 0;
  } catch (error) {
    console.error(
      verbose && error instanceof Error
        ? error.stack
        : `attention-lens: ${error instanceof Error ? error.message : String(error)}`,
    );
    return exitCodes[errorKind(error)] ?? 1;
  } finally {
    await engine.dispose();
  }
}

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
