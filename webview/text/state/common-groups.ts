import type { AttentionGroup } from '../../../src/shared/text/explanation';
import type { TextItem } from '../../../src/shared/text/panel-protocol';

/** Attentions of one kind that every item of the panel has: of two models that are compared, the layers and heads of both. */
export interface CommonGroup {
  readonly name: AttentionGroup['name'];
  readonly layers: number;
  readonly heads: number;
  /** Of each item, its index into `attentions`. */
  readonly indices: readonly number[];
}

const kept = new WeakMap<readonly TextItem[], readonly CommonGroup[]>();

/** In the first item's order. The same items give the same list. */
export function commonGroups(items: readonly TextItem[]): readonly CommonGroup[] {
  const known = kept.get(items);
  if (known) return known;
  const made = (items[0]?.explained.attentions ?? []).flatMap(({ name }) => {
    const indices = items.map(({ explained }) => explained.attentions.findIndex((group) => group.name === name));
    if (indices.includes(-1)) return [];
    const groups = items.map(({ explained }, i) => explained.attentions[indices[i]!]!);
    const layers = Math.min(...groups.map((group) => group.layers));
    const heads = Math.min(...groups.map((group) => group.heads));
    return [{ name, layers, heads, indices }];
  });
  kept.set(items, made);
  return made;
}

/** The group of an item as an index into what all items have in common; −1: the others lack it. */
export const commonIndex = (items: readonly TextItem[], item: number, group: number): number =>
  commonGroups(items).findIndex(({ indices }) => indices[item] === group);
