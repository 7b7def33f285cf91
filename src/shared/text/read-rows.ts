import type { Saliency, SaliencyMethod, TextExplanation } from './explanation';
import { meanIsNoise, textRelevance } from './reading';
import { noiseSentence } from './wording';

/**
 * The row of relevance of the token that is read, over all layers: one list for each sequence, [tokens]. Of an encoder-decoder that is the decoder's token, and its row over
 * the encoder's tokens. null where no attention leads to a sequence.
 */
export function readRows(explained: TextExplanation): readonly (Float64Array | null)[] {
  const { sequences, attentions } = explained;
  const read = sequences.length - 1;
  const own = attentions.find(({ queries, keys }) => queries === read && keys === read);
  if (!own) return sequences.map(() => null);
  const row = textRelevance(explained, {
    sequence: read,
    token: sequences[read]!.readOut,
    layers: { first: 0, last: own.layers - 1 },
  });
  return sequences.map((_, s) => (s === read ? row.own : row.other));
}

/** Why a method's numbers mean nothing here, as a sentence; null: they do. */
export function saliencyNoise(saliency: Saliency | null, method: SaliencyMethod): string | null {
  if (method !== 'mean' || !saliency || !meanIsNoise(saliency)) return null;
  const largest = (values: Float32Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return noiseSentence(largest(saliency.mean), largest(saliency.l2));
}
