import type { HeadQuantity } from '../../../src/shared/heads-data';
import { exactHeads } from '../../../src/shared/text/exact-heads';
import type { LayerHeads, TextOutline } from '../../../src/shared/text/explanation';
import type { ChosenHeads, TextAsk } from '../../../src/shared/text/panel-protocol';
import { needsGradient } from '../../state/head-fetches';
import { activeOf } from '../../views/heads/active-heads';
import { commonGroups } from './common-groups';
import type { TextState } from './text-state';
import type { TextView } from './text-view';

export const headsKey = (item: number, { group, layer, gradient, exact }: LayerHeads): string =>
  `${item} ${group} ${layer}${gradient ? ' ∇' : ''}${exact ? ` ~${exact.join()}` : ''}`;

/**
 * A layer's heads as a view of this quantity needs them: the looks of heads whose numbers it does not show will do.
 *
 * @param group index into the explanation's attentions
 */
export function neededHeads(
  { head, heads: { active, scale } }: TextView,
  quantity: HeadQuantity,
  explained: TextOutline,
  group: number,
  layer: number,
): LayerHeads {
  const gradient = needsGradient(quantity);
  const { heads } = explained.attentions[group]!;
  const chosen = Math.min(head, heads - 1);
  const shown = [...new Set([chosen, ...activeOf(active, chosen, heads)])].sort((a, b) => a - b);
  // A scale of the layer is the largest number of all heads.
  const exact = gradient || scale === 'layer' ? null : exactHeads(explained, group, shown);
  return { group, layer, gradient, exact };
}

/** The same with all numbers. */
export const whole = (needed: LayerHeads): LayerHeads => ({ ...needed, exact: null });

/** The heads that somebody looks at, and will want again when the same models have explained other texts. */
export function headsLookedAt({ panel, view, heads }: TextState, asked: readonly TextAsk[]): readonly ChosenHeads[] {
  if (!panel || !view || asked.length !== panel.items.length) return [];
  return asked.flatMap(({ model }, item) => {
    const own = commonGroups(panel.items)[view.group]?.indices[item];
    if (own === undefined || model !== panel.request.items[item]?.model) return [];
    const needed = neededHeads(view, view.heads.quantity, panel.items[item]!.explained, own, view.layer);
    return [needed, whole(needed)].some((one) => heads.has(headsKey(item, one))) ? [{ item, ...needed }] : [];
  });
}
