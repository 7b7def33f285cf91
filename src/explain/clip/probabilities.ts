import type { ModelInfo } from '../../shared/explanation';

/** CLIP's softmax over the prompts, or SigLIP's sigmoid for each. */
export function probabilitiesOf(logits: readonly number[], how: ModelInfo['probabilities']): number[] {
  if (how === 'sigmoid') return logits.map((x) => 1 / (1 + Math.exp(-x)));
  const top = Math.max(...logits);
  const e = logits.map((x) => Math.exp(x - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / sum);
}
