import { namedAxis, patchAxis } from '../../../../src/shared/axis';
import type { ExplanationRows, Tower } from '../../../../src/shared/explanation';
import type { HeadQuantity, HeadTensors, HeadThumbnails } from '../../../../src/shared/heads-data';
import type { AppState } from '../../../state/app-state';
import { headKey, thumbnailsKey } from '../../../state/controller';
import type { Fetched } from '../../../state/fetches';
import { headsFetch, needsGradient } from '../../../state/head-fetches';
import { shownImage } from '../../../state/selectors';
import type { View } from '../../../state/view';
import type { LayerSide, LayerSides, ShownLayer } from '../source';
import { tokenSide } from '../token-side';

/** What was fetched of the image's heads, as the heads section wants it; everything has a stable identity. */

export const towers: readonly Tower[] = ['vision', 'text'];

/**
 * The vision tower's attention knows of no prompt: while nothing else is shown, another prompt's answer serves, and switching
 * prompts fetches nothing.
 */
function orStandIn<T>(
  { tower, prompt }: View,
  quantity: HeadQuantity,
  { prompts }: ExplanationRows,
  fetchOf: (prompt: number) => Fetched<T> | undefined,
): Fetched<T> | undefined {
  const exact = fetchOf(prompt);
  if (exact?.kind === 'here' || tower === 'text' || needsGradient(quantity)) return exact;
  for (let k = 0; k < prompts.length; k++) {
    const other = fetchOf(k);
    if (other?.kind === 'here') return other;
  }
  return exact;
}

/** A layer's tensors as views of this quantity need them. */
export function layerFetch(
  state: AppState,
  quantity: HeadQuantity,
  layer = state.view?.layer ?? 0,
): Fetched<HeadTensors> | undefined {
  const { heads, view } = state;
  const explained = shownImage(state)?.explained;
  if (!view || !explained) return undefined;
  return orStandIn(view, quantity, explained, (prompt) =>
    headsFetch(heads, (gradient) => headKey(view.image, view.tower, layer, prompt, gradient), quantity),
  );
}

export function thumbnailsFetch(state: AppState, quantity: HeadQuantity): Fetched<HeadThumbnails> | undefined {
  const { thumbnails, view } = state;
  const explained = shownImage(state)?.explained;
  if (!view || !explained) return undefined;
  return orStandIn(view, quantity, explained, (prompt) =>
    thumbnails.get(thumbnailsKey(view.image, view.tower, prompt, quantity)),
  );
}

const layers = new WeakMap<HeadTensors, Fetched<ShownLayer>>();

/** The chosen layer with its labels; what is on its way or failed as it is. */
export function shownFetch(state: AppState, quantity: HeadQuantity): Fetched<ShownLayer> | undefined {
  const fetched = layerFetch(state, quantity);
  const image = shownImage(state);
  if (fetched?.kind !== 'here' || !image || !state.view) return fetched?.kind === 'here' ? undefined : fetched;
  const known = layers.get(fetched.value);
  if (known?.kind === 'here' && known.value.image?.explained === image.explained) return known;
  const made: Fetched<ShownLayer> = { kind: 'here', value: layerOf(image.explained, state.view, fetched.value) };
  layers.set(fetched.value, made);
  return made;
}

const layerNameOf = (explained: ExplanationRows, tower: Tower, layer: number): string =>
  layer < explained[tower].layers ? `layer ${layer}` : 'pooling head';

function layerOf(explained: ExplanationRows, { tower, layer, prompt }: View, tensors: HeadTensors): ShownLayer {
  const [heads, queries, keys] = tensors.attention.dims as readonly [number, number, number];
  const key = sideOf(explained, tower, prompt, keys);
  const pooled = layer >= explained[tower].layers;
  const sides: LayerSides = queries === 1 && keys > 1 ? { query: pooledSide, key } : sidesOf(key);
  return {
    group: towers.indexOf(tower),
    layer,
    name: layerNameOf(explained, tower, layer),
    tensors,
    heads,
    sides,
    image: { explained, tower, prompt, pooled },
  };
}

const pooledSide: LayerSide = { axis: namedAxis('pool'), tokens: null, words: [] };

const both = new WeakMap<LayerSide, LayerSides>();

/** Queries and keys are the same positions. */
export function sidesOf(side: LayerSide): LayerSides {
  const known = both.get(side) ?? { query: side, key: side };
  both.set(side, known);
  return known;
}

const patchSides = new WeakMap<ExplanationRows, LayerSide>();

export function sideOf(explained: ExplanationRows, tower: Tower, prompt: number, count: number): LayerSide {
  if (tower === 'text') {
    const { tokens, words } = explained.prompts[prompt] ?? noPrompt;
    return tokenSide(tokens, words, count);
  }
  const known = patchSides.get(explained);
  if (known) return known;
  const axis = patchAxis({ ...explained.vision, tokens: count }, explained.grid[1]);
  const side: LayerSide = { axis, tokens: null, words: [] };
  patchSides.set(explained, side);
  return side;
}

const noPrompt = { tokens: [], words: [] } as const;
