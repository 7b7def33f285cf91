import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { BadFile } from '../shared/errors';

/** Random access to a file's bytes, or to bytes in memory. */
export interface ByteSource {
  readonly size: number;
  /** A copy or a view of exactly `length` bytes. */
  read(offset: number, length: number): Uint8Array;
  close(): void;
}

export function bytesInMemory(data: Uint8Array): ByteSource {
  return {
    size: data.length,
    read: (offset, length) => within(data.length, offset, length) && data.subarray(offset, offset + length),
    close: () => {},
  };
}

const within = (size: number, offset: number, length: number): true => {
  if (offset < 0 || length < 0 || offset + length > size)
    throw new BadFile(
      `The file ends at byte ${size}, but a part of it claims bytes ${offset} to ${offset + length}. It is cut short or damaged; fetch it again.`,
    );
  return true;
};

/** Small neighbouring reads are served from one window. */
const windowSize = 1 << 16;

export function bytesOfFile(path: string): ByteSource {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw new BadFile(
      `"${path}" cannot be opened (${(error as NodeJS.ErrnoException).code ?? String(error)}). Check the path and its permissions.`,
      { cause: error },
    );
  }
  const stat = fstatSync(fd);
  if (!stat.isFile()) {
    closeSync(fd);
    throw new BadFile(`"${path}" is not a file. Give the path of an .onnx file.`);
  }
  const size = stat.size;
  let start = 0;
  let held: Uint8Array = new Uint8Array(0);
  const load = (offset: number, length: number): Uint8Array => {
    const buffer = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      const n = readSync(fd, buffer, at, length - at, offset + at);
      if (n === 0)
        throw new BadFile(`"${path}" became shorter while it was read. Try again when nothing writes to it.`);
      at += n;
    }
    return buffer;
  };
  return {
    size,
    read(offset, length) {
      within(size, offset, length);
      if (length > windowSize / 2) return load(offset, length);
      if (offset < start || offset + length > start + held.length) {
        start = offset;
        held = load(offset, Math.min(windowSize, size - offset));
      }
      return held.subarray(offset - start, offset - start + length);
    },
    close: () => closeSync(fd),
  };
}
