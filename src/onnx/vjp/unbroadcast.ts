import type { Builder } from '../graph/builder';
import { sameShape } from '../graph/dims';
import type { Value } from '../graph/graph';

/**
 * Sums a cotangent over the axes along which an input was broadcast.
 * @param x̄ [K, …y.shape]
 * @param x the input, of any shape that broadcasts to y's
 * @returns [K, …x.shape]
 */
export function unbroadcast(g: Builder, x̄: Value, x: Value): Value {
  const from = x̄.shape?.slice(1);
  const to = x.shape;
  if (!from || !to) return dynamically(g, x̄, x);
  if (sameShape(from, to)) return x̄;

  const extra = from.length - to.length;
  // Two different symbols may be the same size or not: only the run tells.
  const undecided = to.some((d, i) => d !== from[extra + i] && d !== 1 && typeof d !== 'number');
  const maybeOne = to.some((d, i) => d === 1 && typeof from[extra + i] === 'string');
  if (undecided) return dynamically(g, x̄, x);

  const kept = to.flatMap((d, i) => (d === 1 && (maybeOne || from[extra + i] !== 1) ? [1 + extra + i] : []));
  const summed = kept.length > 0 ? g.reduceSum(x̄, kept, { keepdims: true }) : x̄;
  const leading = Array.from({ length: extra }, (_, i) => 1 + i);
  return extra > 0 ? g.reduceSum(summed, leading) : summed;
}

/** The same where shapes are known at run time only: axes of size 1 in x are compared with those of the cotangent. */
function dynamically(g: Builder, x̄: Value, x: Value): Value {
  const wide = g.op('Shape', [x̄], { start: 1 });
  const narrow = g.op('Shape', [x]);
  const missing = g.sub(g.op('Shape', [wide]), g.op('Shape', [narrow]));
  const aligned = g.concat([g.expand(g.ints([1]), missing), narrow], 0);
  const differs = g.op('Not', [g.equal(aligned, wide)]);
  const axes = g.reshape(g.add(g.op('NonZero', [differs]), g.ints([1])), [-1]);
  const summed = g.reduceSum(x̄, axes, { keepdims: true });
  return g.op('Reshape', [summed, g.concat([g.shapePart(x̄, 0, 1), narrow], 0)], { allowzero: 1 });
}
