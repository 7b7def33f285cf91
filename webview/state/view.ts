import type { ColourMapName } from '../../src/shared/colour/maps';
import type { ExplanationRows, LayerRange, Method, Tower } from '../../src/shared/explanation';
import { layerCount, resolveLayers } from '../../src/shared/layers';
import type { PanelState } from '../../src/shared/panel-protocol';
import type { HeatScale } from '../../src/shared/scale';
import { initialHeads, type HeadsView } from './heads-view';

/**
 * What a person has set in a panel, and what a reloaded window brings back. The chosen prompt and the chosen layer and head are the two
 * cursors that every view shows.
 */
export interface View {
  /** Index of the image that words, layers and heads speak of. */
  readonly image: number;
  /** Index of the target prompt, in the order in which the prompts were given. */
  readonly prompt: number;
  readonly tower: Tower;
  readonly layer: number;
  readonly head: number;
  /** The query whose row is shown on the image, a token of the vision tower; null: the read-out row. */
  readonly query: number | null;
  readonly method: Method;
  readonly layers: LayerRange;
  readonly textLayers: LayerRange;
  /** One slider moves both towers, where they have as many layers. */
  readonly linked: boolean;
  readonly overlay: OverlayView;
  readonly heads: HeadsView;
  readonly sort: SortOrder;
  /** The picture follows the typing. */
  readonly live: boolean;
  /** Tokens below the words. */
  readonly tokens: boolean;
}

export interface OverlayView {
  readonly on: boolean;
  /** Of the strongest heat, 0–1. */
  readonly opacity: number;
  readonly colourMap: ColourMapName;
  readonly smooth: boolean;
  readonly scale: HeatScale;
  /** All prompts side by side instead of the target's picture alone. */
  readonly all: boolean;
}

/** null: as the prompts were given. */
export type SortOrder = { readonly by: 'prompt' | 'logit' | 'probability'; readonly ascending: boolean } | null;

/** Where a panel starts: the settings, else what the model's folder recommends; the last layer and its first head. */
export function initialView({ images, settings, head }: PanelState): View | null {
  const explained = images[0]?.explained;
  if (!explained) return null;
  const { vision, text, model } = explained;
  const layers = resolveLayers(settings.layers ?? model.recommended.layers, layerCount(vision));
  const textLayers = resolveLayers(settings.textLayers ?? model.recommended.textLayers, layerCount(text));
  return {
    image: 0,
    prompt: 0,
    tower: head?.tower ?? 'vision',
    layer: head?.layer ?? vision.layers - 1,
    head: head?.head ?? 0,
    query: null,
    method: settings.method,
    layers,
    textLayers,
    linked: linkable(explained) && layers.first === textLayers.first && layers.last === textLayers.last,
    overlay: { on: true, opacity: 0.86, colourMap: settings.colourMap, smooth: true, scale: 'own', all: false },
    heads: initialHeads,
    sort: null,
    live: settings.live,
    tokens: false,
  };
}

/** Whether layer i of one tower stands where layer i of the other does. */
export const linkable = ({ vision, text }: Pick<ExplanationRows, 'vision' | 'text'>): boolean =>
  layerCount(vision) === layerCount(text) && !vision.pooling && !text.pooling;

/** A view of another explanation, or of an older version of the panel: every index is brought into what exists now. */
export function fitted(view: View, { images }: PanelState): View {
  const image = Math.min(view.image, images.length - 1);
  const { explained } = images[image]!;
  const { vision, text, prompts } = explained;
  const tower = view.tower === 'vision' ? vision : text;
  const layer = Math.min(view.layer, layerCount(tower) - 1);
  const heads = layer < tower.layers ? tower.heads : tower.pooling!.heads;
  return {
    ...view,
    image,
    prompt: Math.min(view.prompt, prompts.length - 1),
    layer,
    head: Math.min(view.head, heads - 1),
    query: view.query !== null && view.query < vision.tokens ? view.query : null,
    layers: within(view.layers, layerCount(vision)),
    textLayers: within(view.textLayers, layerCount(text)),
    // An older version's view may lack a part.
    heads: { ...initialHeads, ...view.heads },
  };
}

const within = ({ first, last }: LayerRange, count: number): LayerRange => ({
  first: Math.min(first, count - 1),
  last: Math.min(last, count - 1),
});
