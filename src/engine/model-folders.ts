import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export interface KnownFolder<Model> {
  readonly model: Model;
  /** Tells apart the folder's states: every file's name, size and time. */
  readonly identity: string;
}

/** Model folders that were read, until a file in them changes: a tokenizer of 49,000 words takes longer to load than a picture to explain. */
export class ModelFolders<Model> {
  private readonly known = new Map<string, KnownFolder<Model>>();

  /** @param readFolder what is known of a folder; may throw BadFile or UnsupportedModel */
  constructor(private readonly readFolder: (folder: string) => Model) {}

  /** @throws what `readFolder` throws */
  async read(folder: string): Promise<KnownFolder<Model>> {
    const path = resolve(folder);
    const identity = JSON.stringify([path, await filesIn(path), await filesIn(join(path, 'onnx'))]);
    const known = this.known.get(path);
    if (known?.identity === identity) return known;
    const read = { model: this.readFolder(folder), identity };
    this.known.delete(path);
    this.known.set(path, read);
    for (const oldest of this.known.keys()) if (this.known.size > limit) this.known.delete(oldest);
    return read;
  }
}

/** Models that somebody switches between; each holds its vocabulary in memory. */
const limit = 4;

/** Name, size and time of every file; none for a folder that is not there. */
async function filesIn(folder: string): Promise<[string, number, number][]> {
  const names = await readdir(folder).catch((): string[] => []);
  const found = await Promise.all(
    names.map(async (name): Promise<[string, number, number] | null> => {
      // Symbolic links are followed: the Hugging Face cache is made of them.
      const file = await stat(join(folder, name)).catch(() => null);
      return file?.isFile() ? [name, file.size, file.mtimeMs] : null;
    }),
  );
  return found.filter((file) => file !== null);
}
