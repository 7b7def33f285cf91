import type { Builder } from '../builder';
import type { Value } from '../graph';
import type { Size } from './size';
import { list } from './size';

/** Zeros before and after along some axes; a negative size cuts. */
export function place(
  g: Builder,
  v: Value,
  where: readonly { readonly axis: number; readonly before: Size; readonly after: Size }[],
): Value {
  const some = where.filter(({ before, after }) => before.dim !== 0 || after.dim !== 0);
  if (some.length === 0) return v;
  const pads = list(g, [...some.map((w) => w.before), ...some.map((w) => w.after)]);
  return g.op('Pad', [v, pads, undefined, g.ints(some.map((w) => w.axis))]);
}
