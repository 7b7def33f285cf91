import type {
  Explanation,
  ExplanationRows,
  LayerChoice,
  LayerRange,
  Method,
  PromptExplanation,
  PromptReading,
  Reading,
  TowerRows,
  TowerTrace,
} from './explanation';
import { layerCount, resolveLayers } from './layers';
import { readOutRow } from './read-out';
import { keptRow } from './rows';

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
export function read(explanation: Explanation | ExplanationRows, choice: ReadingChoice): Reading {
  const { vision, text, model } = explanation;
  const { method } = choice;
  const layers = resolveLayers(choice.layers ?? model.recommended.layers, layerCount(vision), 'image tower');
  const textLayers = resolveLayers(choice.textLayers ?? model.recommended.textLayers, layerCount(text), 'text tower');
  const [rows, columns] = explanation.grid;
  const prompts = explanation.prompts.map((prompt, k): PromptReading => {
    const image = rowOf(vision, method, layers, k, 0);
    const tokens = tokenScores(prompt, rowOf(text, method, textLayers, k, prompt.readOut), method);
    const map = Float32Array.from(image.subarray(vision.prefix, vision.prefix + rows * columns));
    return { map, tokens, words: wordScores(prompt, tokens) };
  });
  return { method, layers, textLayers, prompts };
}

const rowOf = (
  tower: TowerTrace | TowerRows,
  method: Method,
  layers: LayerRange,
  k: number,
  readOut: number,
): Float32Array | Float64Array =>
  'rollout' in tower ? keptRow(tower, method, layers, k) : readOutRow(tower, method, layers, k, readOut);

/**
 * s = R_text[read-out, the prompt's own tokens] divided by its sum (method.md §1.7); by the sum of magnitudes where signs may
 * differ. No softmax. All zero stays zero.
 */
function tokenScores(prompt: PromptExplanation, R: ArrayLike<number>, method: Method): number[] {
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
