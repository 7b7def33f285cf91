/**
 * The message, such that every typed array is all of its buffer. VS Code sends the buffer behind a view whole, however small the view; and a
 * Node Buffer, which turns itself into a list of numbers, would cross as text. Nothing is copied where nothing has to be.
 */
export function ownViews(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return own(value);
  if (Array.isArray(value)) return mapped(value, value.map(ownViews));
  if (typeof value !== 'object' || value === null || value instanceof ArrayBuffer) return value;
  const entries = Object.entries(value);
  const next = entries.map(([, field]: [string, unknown]) => ownViews(field));
  return entries.every(([, field], i) => field === next[i])
    ? value
    : Object.fromEntries(entries.map(([key], i) => [key, next[i]]));
}

const mapped = (before: readonly unknown[], after: readonly unknown[]): readonly unknown[] =>
  before.every((item, i) => item === after[i]) ? before : after;

function own(view: ArrayBufferView): ArrayBufferView {
  if (Buffer.isBuffer(view)) return Uint8Array.from(view);
  if (view instanceof DataView || view.byteLength === view.buffer.byteLength) return view;
  return (view as Uint8Array).slice();
}
