import type { SaliencyMethod } from './explanation';
import type { TokenUnits } from './token-units';

/**
 * What a word's number is, made of its tokens': shares and signed attributions add up; an L2 norm is that of all its gradients together; an
 * average of equally long embeddings is the mean.
 */
export type ValueMerging = 'sum' | 'norm' | 'mean';

export const saliencyMerging: Readonly<Record<SaliencyMethod | 'relevance' | 'rollout', ValueMerging>> = {
  l2: 'norm',
  mean: 'mean',
  'grad-x-input': 'sum',
  ig: 'sum',
  relevance: 'sum',
  rollout: 'sum',
};

/** One number for each unit of one for each token, [tokens] → [units]. */
export function unitValues(values: ArrayLike<number>, { tokens, whole }: TokenUnits, how: ValueMerging): Float64Array {
  if (whole) return Float64Array.from(values);
  return Float64Array.from(tokens, (own) => {
    if (how === 'norm') return Math.hypot(...own.map((token) => values[token]!));
    const sum = own.reduce((total, token) => total + values[token]!, 0);
    return how === 'mean' ? sum / own.length : sum;
  });
}
