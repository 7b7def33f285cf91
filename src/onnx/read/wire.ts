/** Pieces of the protobuf wire format. */
const utf8 = new TextEncoder();

function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** Tag, length and body of a field of wire type 2. */
export function lengthDelimited(field: number, body: string | Uint8Array): Uint8Array[] {
  const bytes = typeof body === 'string' ? utf8.encode(body) : body;
  return [encodeVarint(field * 8 + 2), encodeVarint(bytes.length), bytes];
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
