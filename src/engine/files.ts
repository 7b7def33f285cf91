import { realpath, stat } from 'node:fs/promises';
import { BadFile } from '../shared/errors';

/** A file as it is now; changed when its size or time changes. */
export interface FileIdentity {
  /** Without symbolic links: the Hugging Face cache is made of them, and ONNX Runtime refuses external data behind them. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
}

/** Throws BadFile when there is no such file, or it cannot be read. */
export async function identifyFile(path: string): Promise<FileIdentity> {
  try {
    const real = await realpath(path);
    const found = await stat(real);
    if (!found.isFile()) throw new BadFile(`"${path}" is not a file. Give the path of a file.`);
    return { path: real, size: found.size, mtimeMs: found.mtimeMs };
  } catch (error) {
    if (error instanceof BadFile) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT' ? 'There is no file' : code === 'EACCES' ? 'You may not read' : `Cannot read (${code})`;
    throw new BadFile(`${why} "${path}". Check the path.`, { cause: error });
  }
}
