import type {
  Explanation,
  LayerChoice,
  LayerRange,
  Method,
  PoolingTrace,
  PromptExplanation,
  PromptReading,
  Reading,
  TowerTrace,
} from './explanation';
import { layerCount, resolveLayers } from './layers';
import { entry, row, rowTimes, type Matrix } from './matrix';
import { oneHot, relevanceRow } from './relevance';
import { rolloutRow } from './rollout';
import type { FloatTensor } from './tensor';

export interface ReadingChoice {
  readonly method: Method;
  /** The model's own recommendation where absent. */
  readonly layers?: LayerChoice;
  readonly textLayers?: LayerChoice;
}

/**
 * A method's answer for chosen layers, one map and one list of token and word scores for each prompt.
 *
 * @throws UsageError where the layers do not exist
 */
export function read(explanation: Explanation, choice: ReadingChoice): Reading {
  const { vision, text, model } = explanation;
  const { method } = choice;
  const layers = resolveLayers(choice.layers ?? model.recommended.layers, layerCount(vision), 'image tower');
  const textLayers = resolveLayers(choice.textLayers ?? model.recommended.textLayers, layerCount(text), 'text tower');
  const [rows, columns] = explanation.grid;
  const prompts = explanation.prompts.map((prompt, k): PromptReading => {
    const image = readOutRow(vision, method, layers, k, 0);
    const tokens = tokenScores(prompt, readOutRow(text, method, textLayers, k, prompt.readOut), method);
    const map = Float32Array.from(image.subarray(vision.prefix, vision.prefix + rows * columns));
    return { map, tokens, words: wordScores(prompt, tokens) };
  });
  return { method, layers, textLayers, prompts };
}

const traces = { relevance: 'relevance', signed: 'signed', 'grad-cam': 'gradCam' } as const;

/**
 * The read-out row of prompt k over all tokens of the tower, [T].
 *
 * A tower with a pooling head is read through the head in every case, since nothing else leads from the patches to the
 * embedding: its row takes the place of the one-hot row, and the blocks of the range follow. The head is layer L behind the blocks
 * 0 … L − 1 (see {@link layerCount}), so that 'last' is the head alone and 'all' is Ā_head·R of the stack. Raw attention and
 * grad-CAM look at one layer, the last of the range; where that is a block, its rows are weighed by the head's attention.
 */
function readOutRow(
  trace: TowerTrace,
  method: Method,
  { first, last }: LayerRange,
  k: number,
  readOut: number,
): Float64Array {
  const { pooling } = trace;
  const of = (tensors: readonly FloatTensor[]): Matrix[] => tensors.slice(first, last + 1).map((t) => entry(t, k));
  const start = (key: keyof Omit<PoolingTrace, 'heads'>): ArrayLike<number> =>
    pooling ? row(entry(pooling[key], k), 0) : oneHot(trace.tokens, readOut);

  if (method === 'relevance' || method === 'signed')
    return relevanceRow(of(trace[traces[method]]), start(traces[method]));
  if (method === 'rollout') return rolloutRow(of(trace.attention), start('attention'));

  const key = method === 'raw' ? 'attention' : traces[method];
  const block = last < trace.layers ? entry(trace[key][last]!, k) : null;
  return block ? rowTimes(start('attention'), block) : Float64Array.from(start(key));
}

/**
 * s = R_text[read-out, the prompt's own tokens] divided by its sum (method.md §1.7); by the sum of magnitudes where signs may
 * differ. No softmax. All zero stays zero.
 */
function tokenScores(prompt: PromptExplanation, R: Float64Array, method: Method): number[] {
  // R holds 1 for the read-out token itself, the I that it starts from. That is no relevance; it matters only where a prompt
  // fills the whole context, so that a word of it is read.
  const own = method === 'relevance' || method === 'signed' ? 1 : 0;
  const scores = prompt.tokens.flatMap(({ special }, i) =>
    special ? [] : [i === prompt.readOut ? R[i]! - own : R[i]!],
  );
  const total = scores.reduce((sum, score) => sum + Math.abs(score), 0);
  return total > 0 ? scores.map((score) => score / total) : scores.map(() => 0);
}

/** Tokens merged to words by sum. */
function wordScores(prompt: PromptExplanation, scores: readonly number[]): number[] {
  const words = prompt.words.map(() => 0);
  prompt.tokens.filter(({ special }) => !special).forEach(({ word }, i) => (words[word]! += scores[i]!));
  return words;
}
