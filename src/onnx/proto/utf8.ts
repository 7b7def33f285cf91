/**
 * What `toString('utf8', …)` and `write(…, 'utf8')` call. Names are most of a model without its weights, and in a young process the detour takes two
 * thirds of the time; protobufjs goes this way too. Node's types leave the methods out.
 */
export interface Utf8Buffer extends Buffer {
  utf8Slice(start: number, end: number): string;
  /** @returns bytes written */
  utf8Write(text: string, offset: number, length: number): number;
}

/** The same bytes, no copy. */
export const bufferOf = (bytes: Uint8Array): Utf8Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) as Utf8Buffer;
