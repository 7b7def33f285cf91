import type { LayerHeads } from '../../../src/shared/text/explanation';
import type { HeadsHover, HeadsSource } from '../../views/heads/source';
import { commonGroups } from './common-groups';
import { headsKey, neededHeads, whole } from './heads-looked-at';
import { thumbnailsKey, type TextController } from './text-controller';
import { TextHeadsState } from './text-heads';

/** The heads section of a text panel. */
export function textHeads(controller: TextController): HeadsSource {
  const { store } = controller;
  const heads = new TextHeadsState();
  /** Of each item, the index of the shown group. */
  const shown = (): readonly number[] => {
    const { panel, view } = store.get();
    return (panel && view && commonGroups(panel.items)[view.group]?.indices) ?? [];
  };
  const explainedOf = (item: number) => store.get().panel!.items[item]!.explained;
  const groupOf = (item: number) => explainedOf(item).attentions[shown()[item]!]!;
  /** Of each item; null: it has no such layer. */
  const needed = (layer: number): readonly (LayerHeads | null)[] => {
    const view = store.get().view!;
    return shown().map((group, item) =>
      layer < groupOf(item).layers ? neededHeads(view, view.heads.quantity, explainedOf(item), group, layer) : null,
    );
  };
  return {
    get: () => heads.read(store.get()),
    subscribe: (listener) => store.subscribe(listener),
    look: (cursor) => controller.look(cursor),
    lookHeads: (patch) => controller.lookHeads(patch),
    hover: (item, hover) => controller.hover(hover && { item, heads: hover, ...tokensOf(hover, groupOf(item)) }),
    choose: (item, chosen) => {
      const { queries, keys } = groupOf(item);
      controller.look({
        chosen: chosen && { item, sequence: chosen.side === 'query' ? queries : keys, token: chosen.token },
      });
    },
    needLayer: (layer) =>
      needed(layer).forEach((heads, item) => {
        if (!heads) return;
        // Where all numbers are here, or on their way, they serve as well. They are asked for again, so that they are forgotten last.
        const all = store.get().heads.has(headsKey(item, whole(heads)));
        controller.needHeads(item, all ? whole(heads) : heads);
      }),
    needWhole: (layer) =>
      needed(layer).forEach((heads, item) => {
        if (heads) controller.needHeads(item, whole(heads));
      }),
    needThumbnails: () =>
      shown().forEach((group, item) => controller.needThumbnails(item, group, store.get().view!.heads.quantity)),
    needStatistics: () => shown().forEach((_, item) => controller.needStatistics(item)),
    retry: (what, item) => {
      const { layer, heads } = store.get().view!;
      const group = shown()[item]!;
      const failed = needed(layer)[item];
      if (what === 'layer' && failed)
        for (const one of [failed, whole(failed)]) controller.retryFetch('heads', headsKey(item, one));
      else if (what === 'statistics') controller.retryFetch('statistics', `${item}`);
      else controller.retryFetch('thumbnails', thumbnailsKey(item, group, heads.quantity));
    },
    save: (name, text) => controller.save(name, text),
    image: null,
  };
}

/** A cell of self-attention lights its query and its key; one of cross-attention what is attended. */
function tokensOf(
  hover: HeadsHover,
  { queries, keys }: { readonly queries: number; readonly keys: number },
): { readonly sequence: number; readonly tokens: readonly number[] } {
  if (hover.kind === 'tokens') return { sequence: hover.side === 'query' ? queries : keys, tokens: hover.tokens };
  if (queries !== keys) return { sequence: keys, tokens: [hover.key] };
  return { sequence: queries, tokens: hover.query === hover.key ? [hover.key] : [hover.query, hover.key] };
}
