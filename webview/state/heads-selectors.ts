import { namedAxis, patchAxis, shortSpecial, tokenAxis, type Axis } from '../../src/shared/axis';
import type { ExplanationRows, Tower } from '../../src/shared/explanation';
import type { HeadTensors, HeadThumbnails, Statistics } from '../../src/shared/heads-data';
import type { AppState, Fetched } from './app-state';
import { headKey, statisticsKey, thumbnailsKey } from './controller';
import { shownImage } from './selectors';
import type { View } from './view';

/** What the heads section reads of the state; everything has a stable identity. */

export type HeadsPane = 'layer' | 'model' | 'across';

/** Words ↔ patches is a view of the vision tower: a cursor that goes to the text tower leaves it. */
export const shownPane = ({ heads, tower }: View): HeadsPane =>
  heads.pane === 'across' && tower !== 'vision' ? 'layer' : heads.pane;

/** A token as the views of heads show it. */
export interface TokenLabel {
  readonly text: string;
  readonly special: boolean;
}

/** The heads of one layer with everything that is needed to show them: it stays whole while the next layer is on its way. */
export interface ShownLayer {
  readonly explained: ExplanationRows;
  readonly tower: Tower;
  readonly layer: number;
  readonly prompt: number;
  readonly tensors: HeadTensors;
  readonly heads: number;
  readonly rowAxis: Axis;
  readonly columnAxis: Axis;
  /** Of the text tower; null: patches. */
  readonly tokens: readonly TokenLabel[] | null;
  /** The pooling head: one query, no token. */
  readonly pooled: boolean;
}

/** "layer 5", "pooling head". */
export const layerName = (explained: ExplanationRows, tower: Tower, layer: number): string =>
  layer < explained[tower].layers ? `layer ${layer}` : 'pooling head';

/**
 * The vision tower's attention knows of no prompt: while nothing else is shown, another prompt's answer serves, and switching
 * prompts fetches nothing.
 */
function standIn<T>(
  cache: ReadonlyMap<string, Fetched<T>>,
  { tower, heads }: View,
  keyOf: (prompt: number) => string,
  { prompts }: ExplanationRows,
): Fetched<T> | undefined {
  if (tower === 'text' || heads.quantity !== 'attention') return undefined;
  for (let k = 0; k < prompts.length; k++) {
    const other = cache.get(keyOf(k));
    if (other?.kind === 'here') return other;
  }
  return undefined;
}

/** A layer's heads as the view needs them; the chosen layer's where none is said. */
export function layerFetch(state: AppState, layer = state.view?.layer ?? 0): Fetched<HeadTensors> | undefined {
  const { heads, view } = state;
  const explained = shownImage(state)?.explained;
  if (!view || !explained) return undefined;
  const keyOf = (prompt: number) => headKey(view.image, view.tower, layer, prompt);
  const exact = heads.get(keyOf(view.prompt));
  return exact?.kind === 'here' ? exact : (standIn(heads, view, keyOf, explained) ?? exact);
}

export const layerKey = ({ view }: AppState): string =>
  view ? headKey(view.image, view.tower, view.layer, view.prompt) : '';

const layers = new WeakMap<HeadTensors, ShownLayer>();

/** null while the layer is not here. */
export function shownLayer(state: AppState): ShownLayer | null {
  const fetched = layerFetch(state);
  const image = shownImage(state);
  if (fetched?.kind !== 'here' || !image || !state.view) return null;
  const known = layers.get(fetched.value);
  if (known?.explained === image.explained) return known;
  const made = layerOf(image.explained, state.view, fetched.value);
  layers.set(fetched.value, made);
  return made;
}

function layerOf(explained: ExplanationRows, { tower, layer, prompt }: View, tensors: HeadTensors): ShownLayer {
  const [heads, queries, keys] = tensors.attention.dims as readonly [number, number, number];
  const { axis: columnAxis, tokens } = axisOf(explained, tower, prompt, keys);
  const pooled = layer >= explained[tower].layers;
  const rowAxis = queries === 1 && keys > 1 ? pooledAxis : columnAxis;
  return { explained, tower, layer, prompt, tensors, heads, rowAxis, columnAxis, tokens, pooled };
}

const pooledAxis = namedAxis('pool');

interface NamedAxis {
  readonly axis: Axis;
  readonly tokens: readonly TokenLabel[] | null;
}

/** The same for every layer, so that labels are not laid out anew from layer to layer. */
const axes = new WeakMap<ExplanationRows, Map<string, NamedAxis>>();

function axisOf(explained: ExplanationRows, tower: Tower, prompt: number, count: number): NamedAxis {
  const known = axes.get(explained) ?? new Map<string, NamedAxis>();
  axes.set(explained, known);
  const key = `${tower} ${tower === 'text' ? prompt : ''} ${count}`;
  const there = known.get(key);
  if (there) return there;
  const tokens = tower === 'text' ? tokenLabels(explained, prompt, count) : null;
  const axis = tokens ? tokenAxis(tokens) : patchAxis({ ...explained[tower], tokens: count }, explained.grid[1]);
  const made = { axis, tokens };
  known.set(key, made);
  return made;
}

/** Positions behind the prompt's tokens are padding, which some towers read. */
const tokenLabels = ({ prompts }: ExplanationRows, prompt: number, count: number): TokenLabel[] =>
  Array.from({ length: count }, (_, i) => {
    const token = prompts[prompt]?.tokens[i] ?? { text: '<pad>', special: true };
    return { text: token.special ? shortSpecial(token.text) : token.text, special: token.special };
  });

export function thumbnailsFetch(state: AppState): Fetched<HeadThumbnails> | undefined {
  const { thumbnails, view } = state;
  const explained = shownImage(state)?.explained;
  if (!view || !explained) return undefined;
  const keyOf = (prompt: number) => thumbnailsKey(view.image, view.tower, prompt, view.heads.quantity);
  const exact = thumbnails.get(keyOf(view.prompt));
  return exact?.kind === 'here' ? exact : (standIn(thumbnails, view, keyOf, explained) ?? exact);
}

export const statisticsFetch = ({ statistics, view }: AppState): Fetched<Statistics> | undefined =>
  view ? statistics.get(statisticsKey(view.image)) : undefined;

export function shownStatistics(state: AppState): Statistics | null {
  const fetched = statisticsFetch(state);
  return fetched?.kind === 'here' ? fetched.value : null;
}
