import type { Builder } from '../graph/builder';
import { isStatic } from '../graph/dims';
import type { Value } from '../graph/graph';

/** x̂ = (x − μ) r with r = 1/√(σ² + ε), over some axes. */
export interface Standardized {
  readonly x̂: Value;
  readonly r: Value;
}

export function standardize(g: Builder, x: Value, axes: readonly number[], ε: number): Standardized {
  const centred = g.sub(x, g.reduceMean(x, axes, { keepdims: true }));
  const variance = g.reduceMean(g.square(centred), axes, { keepdims: true });
  const r = g.op('Reciprocal', [g.sqrt(g.shift(variance, ε))]);
  return { x̂: g.mul(centred, r), r };
}

/** The same over the last axes in one kernel: LayerNormalization with a scale of ones, shaped as `scale`. */
export function standardizeLast(g: Builder, x: Value, scale: Value, axis: number, ε: number): Standardized {
  const ones = scale.shape && isStatic(scale.shape) ? g.ones(scale.shape) : g.fill(g.shape(scale), 1);
  const [x̂, , r] = g.ops('LayerNormalization', [x, ones], 3, { axis, epsilon: { float: ε } });
  return { x̂, r };
}

/** x̄ = z − mean z − x̂ ⊙ mean(z ⊙ x̂), where z is r ⊙ the cotangent of x̂. */
export function throughStandardized(g: Builder, z: Value, x̂: Value, axes: readonly number[]): Value {
  const mean = (v: Value) => g.reduceMean(v, axes, { keepdims: true });
  return g.sub(g.sub(z, mean(z)), g.mul(x̂, mean(g.mul(z, x̂))));
}

/** axis, …, −1. */
export const lastAxes = (axis: number): readonly number[] => Array.from({ length: -axis }, (_, i) => axis + i);

/** A vector of one number a channel, laid along axis 1 of an input of that rank. */
export const perChannel = (g: Builder, v: Value, rank: number): Value =>
  g.unsqueeze(
    v,
    Array.from({ length: Math.max(0, rank - 2) }, (_, i) => i + 1),
  );
