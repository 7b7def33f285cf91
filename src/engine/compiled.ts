import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

export interface LoadedModule<Exports> {
  readonly exports: Exports;
  /** Keeps what V8 has compiled by now for the next process, the first few times. Nothing happens where this one had that already. Never throws. */
  readonly keep: () => void;
}

/** Later, little is added to what was compiled. */
const keeps = 4;

type Wrapped = (exports: object, require: NodeJS.Require, module: object, file: string, folder: string) => void;

/**
 * Loads a CommonJS module as `require` does, with the bytecode that V8 made of it in an earlier process: what runs but once, such as the opening of a
 * model, spends a third of its time in being compiled (measured). Node's own module.enableCompileCache() begins with Node 22.
 *
 * @param file absolute path; it may not use import()
 * @param folder absolute path of a folder of this program's own, in which whoever writes can run code: none that others may write to. null: as `require`
 */
export function loadCompiled<Exports>(file: string, folder: string | null): LoadedModule<Exports> {
  const require = createRequire(file);
  const nothing = () => undefined;
  if (folder === null) return { exports: require(file) as Exports, keep: nothing };
  const cache = join(folder, nameOf(file));
  const cachedData = readCode(cache);
  const script = new Script(wrapped(readFileSync(file, 'utf8')), { filename: file, cachedData });
  const module = { exports: {} };
  (script.runInThisContext() as Wrapped)(module.exports, require, module, file, dirname(file));
  let left = cachedData !== undefined && script.cachedDataRejected === false ? 0 : keeps;
  const keep = () => left-- > 0 && writeCode(cache, script.createCachedData());
  return { exports: module.exports as Exports, keep };
}

/** As Node itself wraps a CommonJS module (its documentation, “The module wrapper”). */
const wrapped = (source: string): string =>
  `(function (exports, require, module, __filename, __dirname) {${source}\n})`;

/** Another file, or another V8, has another name. V8 looks at its version and its options once more by itself. */
function nameOf(file: string): string {
  const { size, mtimeMs } = statSync(file);
  const { execArgv, versions, arch } = process;
  return `${hash(JSON.stringify([file, size, mtimeMs, versions.v8, arch, execArgv]))
    .toString('hex')
    .slice(0, 32)}.code`;
}

const hash = (of: string | Uint8Array): Buffer => createHash('sha256').update(of).digest();
const hashBytes = 32;

/** undefined: there is none, or it is damaged, which V8 would not see. */
function readCode(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    const code = bytes.subarray(hashBytes);
    return hash(code).equals(bytes.subarray(0, hashBytes)) ? code : undefined;
  } catch {
    return undefined;
  }
}

function writeCode(path: string, code: Buffer): void {
  const folder = dirname(path);
  const part = `${path}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Those of earlier versions.
    for (const name of readdirSync(folder)) if (name.endsWith('.code')) rmSync(join(folder, name), { force: true });
    writeFileSync(part, Buffer.concat([hash(code), code]), { mode: 0o600 });
    renameSync(part, path);
  } catch {
    // A full disk, or one that is only read: the next process compiles, as this one did.
    try {
      rmSync(part, { force: true });
    } catch {
      // There is no such place.
    }
  }
}
