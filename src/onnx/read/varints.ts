/** How many numbers of protobuf's variable length these bytes hold; one that is cut short counts. */
export function countVarints(bytes: Uint8Array): number {
  let count = bytes.length > 0 && bytes[bytes.length - 1] > 127 ? 1 : 0;
  for (const byte of bytes) if (byte < 128) count++;
  return count;
}

/** The lowest `width` bytes of each number, little-endian: the numbers as they lie in memory. */
export function fromVarints(bytes: Uint8Array, count: number, width: number): Uint8Array {
  const out = new Uint8Array(count * width);
  const most = 8 * width;
  let bit = 0;
  let at = 0;
  for (const byte of bytes) {
    // Seven bits, which may lie across two bytes.
    const bits = (byte & 127) << (bit & 7);
    if (bit < most) out[at + (bit >> 3)] |= bits;
    if ((bit & ~7) + 8 < most) out[at + (bit >> 3) + 1] |= bits >> 8;
    if (byte > 127) bit += 7;
    else {
      bit = 0;
      at += width;
    }
  }
  return out;
}
