/**
 * A value with typed arrays in it, as JSON and one block of bytes: what a recording is kept as. Node packs, the page unpacks.
 */
export interface Packed {
  readonly json: unknown;
  readonly bytes: Uint8Array;
}

const kinds = { Float32Array, Uint8Array, Uint8ClampedArray } as const;
type Kind = keyof typeof kinds;

interface Place {
  readonly typedArray: Kind;
  /** Byte offset, a multiple of 4. */
  readonly at: number;
  readonly length: number;
}

export function packed(value: unknown): Packed {
  const parts: Uint8Array[] = [];
  let end = 0;
  const walk = (item: unknown): unknown => {
    if (ArrayBuffer.isView(item)) {
      const kind = (Object.keys(kinds) as Kind[]).find((k) => item.constructor.name === k);
      if (!kind && item.constructor.name !== 'Buffer') throw new Error(`No place for a ${item.constructor.name}.`);
      const bytes = new Uint8Array(item.buffer, item.byteOffset, item.byteLength);
      const place: Place = {
        typedArray: kind ?? 'Uint8Array',
        at: end,
        length: kind === 'Float32Array' ? bytes.length / 4 : bytes.length,
      };
      const padding = new Uint8Array((4 - (bytes.length % 4)) % 4);
      parts.push(bytes, padding);
      end += bytes.length + padding.length;
      return place;
    }
    if (Array.isArray(item)) return item.map(walk);
    if (item === null || typeof item !== 'object') return item;
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, walk(inner)]));
  };
  const json = walk(value);
  const bytes = new Uint8Array(end);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { json, bytes };
}

export function unpacked({ json, bytes }: Packed): unknown {
  const walk = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(walk);
    if (item === null || typeof item !== 'object') return item;
    if ('typedArray' in item) {
      const { typedArray, at, length } = item as Place;
      return new kinds[typedArray](bytes.buffer as ArrayBuffer, bytes.byteOffset + at, length);
    }
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(json);
}
