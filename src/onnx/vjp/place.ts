import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import type { Size } from './size';
import { fixed, list } from './size';

/**
 * Zeros before and after along some axes; a negative size cuts. All axes are listed: ONNX Runtime (1.30) moves a Transpose through a
 * Pad as if Pad had no input `axes`, and reads beyond the end of its pads.
 */
export function place(
  g: Builder,
  v: Value,
  where: readonly { readonly axis: number; readonly before: Size; readonly after: Size }[],
): Value {
  const some = where.filter(({ before, after }) => before.dim !== 0 || after.dim !== 0);
  if (some.length === 0) return v;
  const { rank } = v;
  if (rank === undefined) {
    const pads = list(g, [...some.map((w) => w.before), ...some.map((w) => w.after)]);
    return g.op('Pad', [v, pads, undefined, g.ints(some.map((w) => w.axis))]);
  }
  const none = fixed(g, 0);
  const at = Array.from({ length: rank }, (_, i) => some.find(({ axis }) => axis === i || axis + rank === i));
  return g.op('Pad', [v, list(g, [...at.map((w) => w?.before ?? none), ...at.map((w) => w?.after ?? none)])]);
}
