/**
 * Gives every typed array of a message that has just arrived an ArrayBuffer of its own, in place. Node leaves views into the message's bytes or
 * into its pool of small buffers: one small tensor would keep 50 MB alive, and sending it on to a webview would send them all.
 */
export function ownBuffers(message: unknown): unknown {
  visit(message, new Set());
  return message;
}

function visit(value: unknown, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return;
  seen.add(value);
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    if (shared(field)) fields[key] = field.slice();
    else visit(field, seen);
  }
}

const shared = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) && value.byteLength !== value.buffer.byteLength;
