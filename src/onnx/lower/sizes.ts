import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';

/** int64 scalar: the size of an axis, constant where it is known. */
export function size(g: Builder, x: Value, axis: number): Value {
  const known = x.shape?.at(axis);
  if (typeof known === 'number') return g.scalar(known, 'int64');
  return g.squeeze(g.op('Shape', [x], axis === -1 ? { start: -1 } : { start: axis, end: axis + 1 }), [0]);
}

/** int64 [n]: 0 … n − 1. */
export const positions = (g: Builder, n: Value): Value =>
  g.op('Range', [g.scalar(0, 'int64'), n, g.scalar(1, 'int64')]);
