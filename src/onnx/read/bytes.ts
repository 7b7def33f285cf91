import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { BadFile } from '../../shared/errors';

/** Random access to a file's bytes, or to bytes in memory. */
export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes: a copy of the file's, or a view of what is in memory. */
  read(offset: number, length: number): Uint8Array;
  close(): void;
}

export function bytesInMemory(data: Uint8Array): ByteSource {
  return {
    size: data.length,
    read(offset, length) {
      check(data.length, offset, length);
      return data.subarray(offset, offset + length);
    },
    close: () => {},
  };
}

/** @throws BadFile if there is no such file, or it is a folder, a pipe or a device */
export function bytesOfFile(path: string): ByteSource {
  const fd = openFile(path);
  const { size } = fstatSync(fd);
  return {
    size,
    read(offset, length) {
      check(size, offset, length);
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length;) {
        const n = readSync(fd, bytes, at, length - at, offset + at);
        if (n === 0)
          throw new BadFile(`"${path}" became shorter while it was read. Try again when nothing writes to it.`);
        at += n;
      }
      return bytes;
    },
    close: () => closeSync(fd),
  };
}

function check(size: number, offset: number, length: number): void {
  if (offset < 0 || length < 0 || offset + length > size)
    throw new BadFile(
      `The file ends at byte ${size}, but a part of it claims bytes ${offset} to ${offset + length}. It is cut short or damaged; fetch it again.`,
    );
}

function openFile(path: string): number {
  try {
    // To open a pipe would wait for a writer.
    if (statSync(path).isFile()) return openSync(path, 'r');
  } catch (error) {
    throw new BadFile(
      `"${path}" cannot be opened (${(error as NodeJS.ErrnoException).code ?? String(error)}). Check the path and its permissions.`,
      { cause: error },
    );
  }
  throw new BadFile(`"${path}" is not a file. Give the path of a file.`);
}
