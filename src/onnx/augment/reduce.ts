import type { Attention } from '../attention/site';
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';

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

/** What an attention and its gradient are reduced to over heads. */
export type Reduction = 'relevance' | 'signed' | 'grad-cam';

export const reductions: readonly Reduction[] = ['relevance', 'signed', 'grad-cam'];

/**
 * relevance: Ā = mean_h relu(∇A ⊙ A); signed: mean_h (∇A ⊙ A); grad-cam: relu(mean_h(A · mean(∇A))), the mean of ∇A over queries and keys.
 * @param a [batch, heads, queries, keys]
 * @param gradient [K, batch, heads, queries, keys]
 * @returns [K, batch, queries, keys]
 */
export function reduceAttention(g: Builder, a: Value, gradient: Value, how: Reduction): Value {
  if (how === 'relevance') return g.reduceMean(g.relu(g.mul(gradient, a)), [2]);
  if (how === 'signed') return g.reduceMean(g.mul(gradient, a), [2]);
  return g.relu(g.reduceMean(g.mul(g.reduceMean(gradient, [-2, -1], { keepdims: true }), a), [2]));
}
