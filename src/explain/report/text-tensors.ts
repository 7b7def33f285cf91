import { floatTensor, type FloatTensor, type TensorMap } from '../../shared/tensor';
import type { TextExplanation, TokenSequence } from '../../shared/text/explanation';
import { textRelevance } from '../../shared/text/reading';

/**
 * Every head's tensors, and what was computed of them, named as the goldens of models/minilm: saliency.l2, .mean, .grad_x_input [tokens], hidden.mean
 * [states, tokens], relevance [tokens], which is the row of the token that is read over all layers. A decoder's own begin with "decoder.".
 */
export function withTextNumbers(explained: TextExplanation, tensors: TensorMap): TensorMap {
  const read = explained.sequences.length - 1;
  const layers = Math.max(...explained.attentions.map((group) => group.layers));
  const token = explained.sequences[read]!.readOut;
  const row = textRelevance(explained, { sequence: read, token, layers: { first: 0, last: layers - 1 } });
  const own = numbersOf(explained.sequences[read]!, row.own);
  if (read === 0) return { ...tensors, ...own };
  const decoder = Object.fromEntries(Object.entries(own).map(([name, tensor]) => [`decoder.${name}`, tensor]));
  return { ...tensors, ...numbersOf(explained.sequences[0]!, row.other), ...decoder };
}

function numbersOf({ saliency, hidden }: TokenSequence, relevance: Float64Array | null): TensorMap {
  const list = (data: Float32Array): FloatTensor => floatTensor([data.length], data);
  return {
    ...(saliency && {
      'saliency.l2': list(saliency.l2),
      'saliency.mean': list(saliency.mean),
      'saliency.grad_x_input': list(saliency.gradXInput),
    }),
    ...(hidden && { 'hidden.mean': hidden.mean }),
    ...(relevance && { relevance: list(Float32Array.from(relevance)) }),
  };
}
