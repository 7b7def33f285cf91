import type { Attention } from './attention/site';
import type { Builder } from './builder';
import type { Value } from './graph';

/** A as [batch, heads, queries, keys], however the file lays it out. */
export function standardLayout(g: Builder, attention: Attention): Value {
  const a = attention.probabilities;
  if (a.rank === 3)
    return g.op('Reshape', [a, g.concat([g.ints([-1, attention.mergedHeads ?? 1]), g.shapePart(a, 1)], 0)]);
  if (a.rank === 5) return g.op('Reshape', [a, g.concat([g.ints([0, -1]), g.shapePart(a, 3)], 0)]);
  return a;
}

/** ∇A as [K, batch, heads, queries, keys]. */
export function standardGradient(g: Builder, attention: Attention, x̄: Value): Value {
  const a = attention.probabilities;
  if (a.rank === 3)
    return g.op('Reshape', [x̄, g.concat([g.ints([0, -1, attention.mergedHeads ?? 1]), g.shapePart(a, 1)], 0)]);
  if (a.rank === 5) return g.op('Reshape', [x̄, g.concat([g.ints([0, 0, -1]), g.shapePart(a, 3)], 0)]);
  return x̄;
}

export interface Reduced {
  /** Ā = mean_h relu(∇A ⊙ A). */
  readonly relevance: Value;
  /** mean_h (∇A ⊙ A). */
  readonly signed: Value;
  /** relu(mean_h(A · mean(∇A))), the mean of ∇A over queries and keys. */
  readonly gradCam: Value;
}

/**
 * @param a [batch, heads, queries, keys]
 * @param gradient [K, batch, heads, queries, keys]
 * @returns each [K, batch, queries, keys]
 */
export function reduceAttention(g: Builder, a: Value, gradient: Value): Reduced {
  const product = g.mul(gradient, a);
  const weight = g.reduceMean(gradient, [-2, -1], { keepdims: true });
  return {
    relevance: g.reduceMean(g.relu(product), [2]),
    signed: g.reduceMean(product, [2]),
    gradCam: g.relu(g.reduceMean(g.mul(weight, a), [2])),
  };
}
