import type { LayerRange } from '../../../src/shared/explanation';
import { resolveLayers } from '../../../src/shared/layers';
import type { SaliencyMethod, TextOutline } from '../../../src/shared/text/explanation';
import type { HiddenQuantity } from '../../../src/shared/text/hidden-series';
import type { TextItem, TextPanelState } from '../../../src/shared/text/panel-protocol';
import { initialHeads, type HeadsView } from '../../state/heads-view';
import { commonGroups } from './common-groups';

/**
 * What a person has set in a text panel, and what a reloaded window brings back. The chosen token and the chosen head are the cursors that
 * every view shows.
 */
export interface TextView {
  /** null: nobody chose one, and the token that is read out stands in. */
  readonly chosen: TokenPlace | null;
  /** Index into what the items have in common: see `commonGroups`. */
  readonly group: number;
  readonly layer: number;
  readonly head: number;
  readonly saliency: SaliencyView;
  readonly hidden: HiddenView;
  readonly heads: HeadsView;
  /** The views follow the typing. */
  readonly live: boolean;
}

/** A token of one item. */
export interface TokenPlace {
  readonly item: number;
  /** Index into the explanation's sequences. */
  readonly sequence: number;
  readonly token: number;
}

/** Relevance stands for itself and rollout, side by side. */
export type SaliencyKind = SaliencyMethod | 'relevance';

export interface SaliencyView {
  readonly method: SaliencyKind;
  readonly plot: 'line' | 'bars';
  /** Of relevance and rollout. */
  readonly layers: LayerRange;
  /** Whose row of relevance and rollout is read: the model's own read-out token, or the chosen one. */
  readonly readOut: 'default' | 'chosen';
}

export interface HiddenView {
  readonly quantity: HiddenQuantity;
  readonly form: 'lines' | 'map';
}

/** Where a panel starts: the settings; relevance of all layers; the last layer and its first head. */
export function initialTextView({ items, settings, head }: TextPanelState): TextView | null {
  const explained = items[0]?.explained;
  if (!explained) return null;
  const groups = commonGroups(items);
  const group = head?.group ?? 0;
  return {
    chosen: null,
    group,
    layer: head?.layer ?? (groups[group]?.layers ?? 1) - 1,
    head: head?.head ?? 0,
    saliency: {
      method: settings.saliency,
      plot: 'line',
      layers: resolveLayers('all', Math.max(1, layersOf(explained))),
      readOut: 'default',
    },
    hidden: { quantity: 'mean', form: 'lines' },
    heads: initialHeads,
    live: settings.live,
  };
}

/** Layers that relevance is carried through: those of the stack that is read. */
const layersOf = ({ attentions }: TextOutline): number =>
  Math.max(0, ...attentions.filter(({ name }) => name !== 'cross').map(({ layers }) => layers));

/** Of all items that are compared. */
export const sharedLayers = (items: readonly TextItem[]): number =>
  Math.max(1, Math.min(...items.map(({ explained }) => layersOf(explained))));

/** A view of another explanation, or of an older version of the panel: every index is brought into what exists now. */
export function fittedText(view: TextView, { items }: TextPanelState): TextView {
  const groups = commonGroups(items);
  const group = Math.min(view.group, Math.max(0, groups.length - 1));
  const { layers = 1, heads = 1 } = groups[group] ?? {};
  const count = sharedLayers(items);
  const { chosen, saliency } = view;
  const tokens = chosen && items[chosen.item]?.explained.sequences[chosen.sequence]?.tokens;
  return {
    ...view,
    chosen: tokens && chosen.token < tokens.length ? chosen : null,
    group,
    layer: Math.min(view.layer, layers - 1),
    head: Math.min(view.head, heads - 1),
    saliency: {
      ...saliency,
      layers: { first: Math.min(saliency.layers.first, count - 1), last: Math.min(saliency.layers.last, count - 1) },
    },
  };
}
