import { contributions } from '../../../src/shared/contributions';
import type { ExplanationRows, LayerRange, Tower, TowerShape } from '../../../src/shared/explanation';
import { valueText } from '../../../src/shared/format';
import { layerCount } from '../../../src/shared/layers';

export const towerNames: Readonly<Record<Tower, string>> = { vision: 'image', text: 'text' };

/** What stands under a layer's bar. */
export const layerName = (layer: number, { layers }: Pick<TowerShape, 'layers'>): string =>
  layer === layers ? 'pool' : `${layer}`;

/**
 * What each layer adds to the relevance, from layer 0 to the last of the range; those below the range as if it began with them. Layers
 * above the range carry nothing to it: null.
 */
export function addedBy(
  explained: ExplanationRows,
  tower: Tower,
  prompt: number,
  { last }: LayerRange,
): (number | null)[] {
  const rows = explained[tower];
  // A rounding error of a sum is no negative contribution.
  const added = contributions(rows, prompt, { first: 0, last }, explained.prompts[prompt]!).map((v) => Math.max(0, v));
  return [...added, ...Array.from({ length: layerCount(rows) - 1 - last }, () => null)];
}

/**
 * "layer 1 adds 0.084, 27 %".
 *
 * @param added see {@link addedBy}
 * @param first the lowest chosen layer
 */
export function addedText(
  layer: number,
  added: readonly (number | null)[],
  first: number,
  shape: Pick<TowerShape, 'layers'>,
): string {
  const name = layer === shape.layers ? 'the pooling head' : `layer ${layer}`;
  const value = added[layer] ?? null;
  if (value === null) return `${name} lies above the chosen ones`;
  if (layer < first) return `${name} would add ${valueText(value)}`;
  const total = added.slice(first).reduce<number>((sum, v) => sum + (v ?? 0), 0);
  return `${name} adds ${valueText(value)}${total > 0 ? `, ${Math.round((100 * value) / total)} %` : ''}`;
}
