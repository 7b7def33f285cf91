import type { ChosenHeads, TextAsk } from '../../../src/shared/text/panel-protocol';
import { needsGradient } from '../../state/head-fetches';
import { commonGroups } from './common-groups';
import type { TextState } from './text-state';

interface LookedAt {
  readonly key: string;
  readonly params: ChosenHeads;
}

export const headsKey = (item: number, group: number, layer: number, gradient: boolean): string =>
  `${item} ${group} ${layer}${gradient ? ' ∇' : ''}`;

/** The heads that somebody looks at, and will want again when the same models have explained other texts. */
export function headsLookedAt({ panel, view, heads }: TextState, asked: readonly TextAsk[]): readonly LookedAt[] {
  if (!panel || !view || asked.length !== panel.items.length) return [];
  const { group, layer } = view;
  const gradient = needsGradient(view.heads.quantity);
  return asked.flatMap(({ model }, item) => {
    const own = commonGroups(panel.items)[group]?.indices[item];
    if (own === undefined || model !== panel.request.items[item]?.model) return [];
    const key = headsKey(item, own, layer, gradient);
    return heads.has(key) ? [{ key, params: { item, group: own, layer, gradient } }] : [];
  });
}
