import type { LayerChoice, LayerRange, Method, ModelInfo, Outline, Reading, Summary, TowerShape } from './explanation';
import { insideImage } from './geometry';
import { layerCount, oneLayer, resolveLayers } from './layers';

/** What the views say in words, once: method, layers, and the honest limits of both. */

export const methodNames: Readonly<Record<Method, string>> = {
  relevance: 'relevance',
  signed: 'signed relevance',
  raw: 'raw attention',
  rollout: 'rollout',
  'grad-cam': 'grad-CAM',
};

/** One plain sentence on what the method means. */
export const methodSentences: Readonly<Record<Method, string>> = {
  relevance:
    'Relevance: attention times its gradient for the prompt’s score, negative parts dropped, carried through the layers. It shows what raised this prompt’s score.',
  signed:
    'Signed relevance: attention times its gradient for the prompt’s score, carried through the layers with its sign. Red raised the prompt’s score, blue lowered it.',
  raw: 'Raw attention: where the model looked in one layer, the mean of its heads. On the image it is the same for every prompt, because no gradient is taken.',
  rollout:
    'Rollout: the attentions of the layers multiplied, each mixed with itself. On the image it is the same for every prompt, because no gradient is taken.',
  'grad-cam':
    'Grad-CAM: the attention of one layer, each head weighed by its mean gradient for the prompt’s score, negative sums dropped.',
};

type Layered = Pick<TowerShape, 'layers' | 'pooling'>;

/** "all 6 layers (0–5)", "layer 5, the last", "layers 2–4"; a pooling head is named where it is the last. */
export function layersPhrase({ first, last }: LayerRange, tower: Layered, method: Method = 'relevance'): string {
  const count = layerCount(tower);
  const headIncluded = tower.pooling !== null && last === count - 1;
  if (headIncluded && (first === last || oneLayer(method))) return 'the pooling head alone';
  if (first === last || oneLayer(method)) return last === count - 1 ? `layer ${last}, the last` : `layer ${last}`;
  if (headIncluded) return `${blocks(first, last - 1, tower.layers)} and the pooling head`;
  return blocks(first, last, tower.layers);
}

function blocks(first: number, last: number, layers: number): string {
  if (first === last) return `layer ${first}`;
  return first === 0 && last === layers - 1 ? `all ${layers} layers (0–${last})` : `layers ${first}–${last}`;
}

/** "Image: all 6 layers (0–5). Text: layer 3, the last." */
export const layersSentence = ({ vision, text }: Outline, { layers, textLayers, method }: Reading): string =>
  `Image: ${layersPhrase(layers, vision, method)}. Text: ${layersPhrase(textLayers, text, method)}.`;

/** The authors' warning about many layers, where it applies to this reading; null elsewhere. */
export function layersAdvice({ vision, text, model }: Outline, reading: Reading): string | null {
  const { layers, textLayers, method } = reading;
  if (oneLayer(method) || Math.max(layers.last - layers.first, textLayers.last - textLayers.first) === 0) return null;
  const same = (range: LayerRange, choice: LayerChoice, tower: Layered): boolean => {
    const { first, last } = resolveLayers(choice, layerCount(tower));
    return first === range.first && last === range.last;
  };
  const recommended =
    same(layers, model.recommended.layers, vision) && same(textLayers, model.recommended.textLayers, text);
  const warning =
    'Artefacts grow with the number of layers; the method’s authors advise the last one or few for OpenAI’s CLIP.';
  return recommended ? `${warning} For this model, these layers are what its folder recommends.` : warning;
}

/** What a reader has to know before trusting the probabilities; null where nothing is assumed. */
export function scaleNote({ logitScale, probabilities }: ModelInfo): string | null {
  if (!logitScale?.assumed) return null;
  const bias = logitScale.bias === 0 ? '' : ` and bias ${logitScale.bias}`.replace('-', '−');
  const what = probabilities === 'sigmoid' ? 'the logits and probabilities' : 'the probabilities';
  return `The logit scale ${logitScale.value}${bias} is assumed, since the model’s files do not hold it, and ${what} depend on it. Set "logitScale" in the model folder’s explain.json.`;
}

/** How the probabilities were made. */
export const probabilitySentences = {
  softmax: 'Probabilities compare the prompts with each other (softmax); they sum to 100 %.',
  sigmoid: 'Each prompt has its own probability (sigmoid); they need not sum to 100 %.',
} as const;

/** How much of the picture the model saw; null where it saw all. */
export function cropSentence({ image }: Pick<Summary, 'image'>): string | null {
  const { width, height } = insideImage(image.crop, image);
  const unseen = 1 - (width * height) / (image.width * image.height);
  if (unseen < 0.001) return null;
  const share = unseen < 0.01 ? 'less than 1\u00a0%' : `${Math.round(100 * unseen)}\u00a0%`;
  return `The model saw ${Math.round(width)} × ${Math.round(height)} pixels of the picture; the dimmed part, ${share} of it, it did not see.`;
}

/** Said of a prompt that did not fit. */
export const truncationNote = (truncatedTo: number): string =>
  `cut after ${truncatedTo} tokens, which is all that the model reads`;
