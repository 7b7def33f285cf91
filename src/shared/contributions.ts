import { countedPositions, type PromptPositions } from './counted';
import type { LayerRange, TowerRows } from './explanation';
import { keptRow } from './rows';

/**
 * What each layer of the range adds to the relevance of prompt k, summed over the patches or the prompt's words: one number for each
 * layer, first to last. Layer l of [first, last] adds row(l … last) − row(l + 1 … last), and both rows are kept.
 *
 * Together they are the sum of the map (in the text tower: of the word scores before these are divided by their sum). Only where
 * a range ends below a pooling head, the head's own row comes on top of them, since the blocks start from it.
 *
 * @param range of layers that exist, counted by `layerCount`
 * @param prompt entry k of the explanation's prompts: it tells which tokens are words
 */
export function contributions(
  rows: TowerRows,
  k: number,
  { first, last }: LayerRange,
  prompt: PromptPositions,
): number[] {
  const counted = countedPositions(rows, prompt);
  const from = (first: number, last: number) => {
    const row = keptRow(rows, 'relevance', { first, last }, k);
    return counted.reduce((sum, j) => sum + row[j]!, 0);
  };
  const sums = Array.from({ length: last - first + 1 }, (_, i) => from(first + i, last));
  const { layers, pooling, readOut } = rows;
  const start = pooling
    ? // The head is what everything starts from; it starts from nothing.
      last < layers && from(layers, layers)
    : // The 1 of the row that is read, which counts where that is a word.
      readOut === 'prompt' && counted.includes(prompt.readOut);
  return sums.map((sum, i) => sum - (sums[i + 1] ?? Number(start)));
}
