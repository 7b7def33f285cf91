import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BadFile } from '../shared/errors';

/** `-` is standard output. Folders on the way are made. */
export function writeResult(path: string, content: string | Uint8Array): void {
  if (path === '-') {
    process.stdout.write(content);
    return;
  }
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  } catch (error) {
    throw new BadFile(
      `"${path}" cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)}). Choose another place.`,
      { cause: error },
    );
  }
}

export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new BadFile(
      `"${path}" cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}). Check the path.`,
      { cause: error },
    );
  }
}
