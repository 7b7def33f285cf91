import { EngineCrashed, OutOfMemory, type LensError } from '../shared/errors';
import { isAllocationFailure, memoryAdvice } from '../shared/rpc/allocation';
import { nativeLoadSentence } from './native-errors';

/** How the child ended, when nobody asked it to. */
export interface Death {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines that it wrote, the latest at the end. */
  readonly stderr: readonly string[];
  /** It could not even be started: the reason. */
  readonly spawnError: Error | null;
  /** It was ended because it gave no sign of life for so many milliseconds. */
  readonly silentMs: number | null;
  /** The kernel ended a process for want of memory while it lived. */
  readonly oomKilled: boolean;
  readonly platform: string;
  readonly arch: string;
}

/** Windows' NTSTATUS codes that say why, as a process's exit code. */
const status = {
  noMemory: 0xc0000017,
  commitLimit: 0xc000012d,
  libraryNotFound: 0xc0000135,
  accessViolation: 0xc0000005,
};

/** OutOfMemory where that was the cause, else EngineCrashed with the signal or exit code, the last words, and a way out. */
export function describeDeath(death: Death): LensError {
  const { code, signal, stderr, spawnError, silentMs, oomKilled } = death;
  if (spawnError) {
    return new EngineCrashed(
      `The engine could not be started: ${spawnError.message}. Check that the path of node is right and may be executed.`,
      { cause: spawnError },
    );
  }
  if (silentMs !== null) {
    const seconds = Math.round(silentMs / 1000);
    return new EngineCrashed(
      `The engine gave no sign of life for ${seconds} s and was ended. Try again, with a smaller model or fewer prompts.`,
    );
  }
  const ended = `(${signal ? `signal ${signal}` : `exit code ${exitCode(code)}`})${lastWords(stderr)}`;
  const unsigned = code === null ? null : code >>> 0;
  const noMemory = oomKilled || unsigned === status.noMemory || unsigned === status.commitLimit;
  if (noMemory || stderr.some(isAllocationFailure)) {
    return new OutOfMemory(`The engine ran out of memory and ended ${ended}. ${memoryAdvice}`);
  }
  const loading = stderr.find((line) => /ERR_DLOPEN_FAILED|GLIBC(XX)?_[\d.]+|error 126|ld-musl|ld-linux/.test(line));
  if (loading !== undefined || unsigned === status.libraryNotFound) {
    const detail = loading ?? 'The specified module could not be found (126).';
    return new EngineCrashed(nativeLoadSentence('The engine', detail, death));
  }
  if (signal === 'SIGKILL') {
    return new EngineCrashed(
      `The engine was killed ${ended}. If it was the system, for want of memory: ${memoryAdvice}`,
    );
  }
  return new EngineCrashed(
    `The engine stopped unexpectedly ${ended}. Try again; if it happens again, report it with the log.`,
  );
}

/** Windows' status codes are read in hexadecimal. */
const exitCode = (code: number | null): string => {
  const unsigned = (code ?? 0) >>> 0;
  if (unsigned === status.accessViolation) return '0xC0000005, access violation';
  return unsigned > 0xffff ? `0x${unsigned.toString(16).toUpperCase()}` : String(code);
};

/** The lines that say most: the error's own line if there is one, else the last three, without stacks and node's banner. */
function lastWords(stderr: readonly string[]): string {
  const said = stderr.map((line) => line.trim()).filter((line) => line !== '' && !/^at |^Node\.js v|^\^+$/.test(line));
  const error = said.findLast((line) => /^(Uncaught )?([A-Z]\w*)?Error\b.*: /.test(line));
  const words = error === undefined ? said.slice(-3) : [error];
  return words.length === 0
    ? ''
    : `: ${words
        .map((line) => line.slice(0, 200))
        .join(' / ')
        .replace(/\.$/, '')}`;
}
