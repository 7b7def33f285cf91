import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { unfoldLeading } from './leading';
import { list, product, size, sizeOf, sizesOf } from './size';

/** 0, 1, 2, … in x's shape: whatever an operator that only moves elements makes of it tells where each element came from. */
export const positions = (g: Builder, x: Value): Value =>
  g.op('Reshape', [g.op('Range', [g.scalar(0, 'int64'), g.op('Size', [x]), g.scalar(1, 'int64')]), g.shape(x)], {
    allowzero: 1,
  });

/**
 * x̄_j = Σ_{i: source_i = j} ȳ_i, over flat positions.
 * ScatterElements, because ScatterND adds duplicates on several threads and loses some (ONNX Runtime 1.30: 18 of 20 runs wrong).
 * @param source which element of x each element of y is, in y's shape
 */
export function scatterToSource(g: Builder, ȳ: Value, source: Value, x: Value): Value {
  const flat = g.reshape(ȳ, [0, -1]);
  const count = x.shape ? product(g, sizesOf(g, x)) : size(g, undefined, () => g.reshape(g.op('Size', [x]), [1]));
  const zeros = g.fill(list(g, [sizeOf(g, ȳ, 0), count]), 0);
  const index = g.expand(g.reshape(source, [1, -1]), g.shape(flat));
  return unfoldLeading(g, g.op('ScatterElements', [zeros, index, flat], { axis: 1, reduction: 'add' }), ȳ, x);
}
