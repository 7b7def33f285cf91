import type { ExplainedTarget, IntegratedGradients, TokenSequence } from './explanation';
import { percent, valueText } from '../format';

/** What the views of a text say in words, once. */

export const saliencyNames = {
  mean: 'mean gradient',
  l2: 'L2 norm',
  'grad-x-input': 'gradient × input',
  ig: 'integrated gradients',
  relevance: 'relevance',
  rollout: 'rollout',
} as const;

/** One plain sentence on what the method means. */
export const saliencySentences: Readonly<Record<Exclude<keyof typeof saliencyNames, 'rollout'>, string>> = {
  mean: 'Mean gradient: the target’s gradient with regard to each token’s word embedding, averaged over the embedding. Its sign is the direction in which the target moves.',
  l2: 'L2 norm: the length of the target’s gradient with regard to each token’s word embedding. It shows how much the target answers to a small change of that token.',
  'grad-x-input':
    'Gradient × input: the gradient times the word embedding, summed. Red raised the target, blue lowered it, as far as a straight line tells.',
  ig: 'Integrated gradients: the gradient gathered on the way from a baseline to the word embedding. Red raised the target, blue lowered it; together they make up what the target gained.',
  relevance:
    'Relevance: attention times its gradient for the target, negative parts dropped, carried through the layers. Rollout: the attentions alone, each mixed with itself; it knows of no target.',
};

/** Why there is no plot of the tutorial's mean. */
export const noiseSentence = (mean: number, l2: number): string =>
  `The mean is zero here by construction: a LayerNorm follows the word embeddings, and the gradient behind it sums to zero over the embedding of every token. What is left (at most ${valueText(mean)}, beside norms of up to ${valueText(l2)}) is rounding noise, and a plot of it would show nothing of the model.`;

/** How exact integrated gradients are. */
export function integratedSentence({
  steps,
  value,
  baseline,
  completenessError,
  baselineIs,
}: IntegratedGradients): string {
  const error = Number.isFinite(completenessError) ? percent(completenessError) : 'unknown';
  return `${steps} steps. The target goes from ${valueText(baseline)} to ${valueText(value)}; the attributions add up to that but for ${error} (completeness error). ${baselineIs}`;
}

/** "sum of last_hidden_state = −3.21". */
export const targetText = ({ label, value }: ExplainedTarget): string => `${label} = ${valueText(value)}`;

/** Of what did not fit; null: all of it was read. */
export const cutText = ({ cut }: TokenSequence): string | null =>
  cut && `the first ${cut.kept} of ${cut.of} tokens are read, which is all that fits`;

/** "emb", then the layers. */
export const stateName = (state: number): string => (state === 0 ? 'emb' : `${state - 1}`);

/** "the embedding", "layer 3". */
export const stateInWords = (state: number): string => (state === 0 ? 'the embedding' : `layer ${state - 1}`);
