import { writeSync } from 'node:fs';
import { portToParent } from './ports';
import type { EngineEvents, EngineMethods } from './protocol';
import { Rpc, type Handlers } from '../shared/rpc/rpc';
import { engineParams } from './schemas';

/** Exit codes of the child, beside node's own. */
const exitCodes = { parentGone: 0, uncaught: 70 } as const;

/** Answers the parent until it is gone. An error that nobody caught ends the process: its state is unknown, and a new one costs 100 ms. */
export function serve(handlers: Handlers<EngineMethods>): void {
  const rpc = new Rpc<EngineMethods, object, EngineEvents>(portToParent(), {
    handlers,
    params: engineParams,
    log: (line) => console.error(line),
  });
  process.once('disconnect', () => process.exit(exitCodes.parentGone));
  // Ctrl-C in a terminal reaches the whole group; the parent decides what it means.
  process.on('SIGINT', () => undefined);
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);
  // Nobody listens any more only if the parent is gone, and then this process ends by itself.
  rpc.emit('ready', { pid: process.pid }).catch(() => undefined);
}

/** The last words, which the parent reads from stderr: written at once, since exit does not wait for streams on every platform. */
function fatal(error: unknown): void {
  try {
    writeSync(
      process.stderr.fd,
      `${error instanceof Error ? (error.stack ?? error.message) : `Uncaught: ${String(error)}`}\n`,
    );
  } finally {
    process.exit(exitCodes.uncaught);
  }
}
