import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

/** So long a loaded machine may take for what takes a moment on a quiet one. */
const patienceMs = 15_000;

/** Reads until the value is the expected one. Fails with the last value that was read. */
export async function eventually<T>(read: () => Promise<T> | T, expected: T): Promise<void> {
  const last = await until(read, (value) => isDeepStrictEqual(value, expected));
  assert.deepEqual(last, expected);
}

/** Reads until the value is another one than `before`, and returns it. */
export async function changed<T>(read: () => Promise<T> | T, before: T): Promise<T> {
  const last = await until(read, (value) => !isDeepStrictEqual(value, before));
  assert.notDeepEqual(last, before);
  return last;
}

/** Reads until the value holds, and returns the last that was read. */
export async function holds<T>(read: () => Promise<T> | T, holds: (value: T) => boolean, what: string): Promise<T> {
  const last = await until(read, holds);
  assert.ok(holds(last), `${what}, but it is ${JSON.stringify(last)}`);
  return last;
}

async function until<T>(read: () => Promise<T> | T, good: (value: T) => boolean): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const value = await read();
    if (good(value) || Date.now() > end) return value;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
