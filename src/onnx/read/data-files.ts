import { existsSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, normalize, resolve, sep, win32 } from 'node:path';
import { BadFile } from '../../shared/errors';
import type { ByteSource } from './bytes';
import { bytesOfFile } from './bytes';

/** A file that holds weights of a model. */
interface DataFile {
  /** Absolute, links resolved. */
  readonly path: string;
  readonly source: ByteSource;
}

/** The files in which a model keeps its weights: its own, and those that it names. Each is opened once. */
export class DataFiles {
  private readonly open = new Map<string, DataFile>();
  /** Where to look for them, the likeliest first. */
  private readonly folders: readonly string[] = [];
  /** What the constants in the model's own file call it: its base name. */
  readonly own: string = '';

  /**
   * @param path of the model as the caller names it; null for a model in memory
   * @throws BadFile if it cannot be opened
   */
  constructor(path: string | null) {
    if (path === null) return;
    const source = bytesOfFile(path);
    const real = realpathSync(path);
    this.folders = [...new Set([...foldersOf(path), dirname(real)])];
    this.own = basename(real);
    this.open.set(this.own, { path: real, source });
  }

  /** @throws BadFile where the location leaves the model's folder, or is no file */
  at(location: string): DataFile {
    let file = this.open.get(location);
    if (!file) {
      const path = this.find(location);
      this.open.set(location, (file = { path, source: bytesOfFile(path) }));
    }
    return file;
  }

  /** The model's own, and those that were needed; links resolved. */
  paths(): string[] {
    return [...new Set([...this.open.values()].map((f) => f.path))];
  }

  close(): void {
    for (const { source } of this.open.values()) source.close();
  }

  private find(location: string): string {
    // A backslash parts folders on Windows, and may be part of a name elsewhere.
    const names = sep === '/' ? [location, location.replaceAll('\\', '/')] : [location];
    for (const name of names) checkLocation(name, location);
    if (this.folders.length === 0)
      throw new BadFile(`The model keeps weights in "${location}", but it was not read from a folder.`);
    for (const folder of this.folders)
      for (const name of names) {
        const path = join(folder, name);
        if (!path.includes('\0') && existsSync(path)) return realpathSync(path);
      }
    throw new BadFile(
      `The model keeps weights in "${location}", which is not beside it in "${this.folders[0]}". Put that file there; a download has to bring both.`,
    );
  }
}

/**
 * The folder of the path and of each link on its way: in the Hugging Face cache the model and its weights are links beside each other, and
 * the files behind them have other names.
 */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  let at = resolve(path);
  for (let hops = 0; hops < 32; hops++) {
    folders.push(dirname(at));
    try {
      at = resolve(dirname(at), readlinkSync(at));
    } catch {
      break; // No link: the end of the way.
    }
  }
  return folders;
}

/** As ONNX Runtime checks it, on every system alike. */
function checkLocation(name: string, location: string): void {
  const path = normalize(name);
  if (name === '' || win32.isAbsolute(name) || /^[a-z]:/i.test(name) || path === '..' || path.startsWith(`..${sep}`))
    throw new BadFile(
      name === ''
        ? 'The model keeps a tensor in another file, but does not say in which. The file is damaged; export it again.'
        : `The model keeps weights in "${location}", outside its own folder. Put the weights file beside the model, and name it so.`,
    );
}
