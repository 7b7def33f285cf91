import type { GroupName, HeadGroup, HeadPlace } from './shown-heads';

/** A line of the tree: a group, one of its layers, or a head. The pooling head of a tower without CLS counts as the layer behind its blocks. */
export type HeadsNode =
  | { readonly kind: 'group'; readonly group: GroupName }
  | { readonly kind: 'layer'; readonly group: GroupName; readonly layer: number }
  | ({ readonly kind: 'head' } & HeadPlace);

/** The same for the same place, whatever the image or text: what is expanded stays so. */
export function nodeId(node: HeadsNode): string {
  if (node.kind === 'group') return node.group;
  return node.kind === 'layer' ? `${node.group}/${node.layer}` : `${node.group}/${node.layer}/${node.head}`;
}

export function parentOf(node: HeadsNode): HeadsNode | undefined {
  if (node.kind === 'group') return undefined;
  const { group, layer } = node;
  return node.kind === 'layer' ? { kind: 'group', group } : { kind: 'layer', group, layer };
}

/** The group of that name, if the explanation has it. */
export const groupOf = (groups: readonly HeadGroup[], name: GroupName): HeadGroup | undefined =>
  groups.find((group) => group.name === name);

/** In the model's order. */
export function childrenOf(node: HeadsNode | undefined, groups: readonly HeadGroup[]): readonly HeadsNode[] {
  if (!node) return groups.map(({ name }) => ({ kind: 'group', group: name }));
  const shape = groupOf(groups, node.group);
  if (!shape || node.kind === 'head') return [];
  const { group } = node;
  const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  if (node.kind === 'group') return count(layersIn(shape)).map((layer) => ({ kind: 'layer', group, layer }));
  const { layer } = node;
  return count(headsIn(shape, layer)).map((head) => ({ kind: 'head', group, layer, head }));
}

export const isPooling = ({ layers, pooling }: HeadGroup, layer: number): boolean =>
  pooling !== null && layer === layers;

/** The pooling head is the last of them. */
export const layersIn = ({ layers, pooling }: HeadGroup): number => layers + (pooling === null ? 0 : 1);

export const headsIn = (shape: HeadGroup, layer: number): number =>
  isPooling(shape, layer) ? shape.pooling! : shape.heads;

export function nodeLabel(node: HeadsNode, shape: HeadGroup): string {
  if (node.kind === 'group') return shape.label;
  if (node.kind === 'head') return `Head ${node.head}`;
  return isPooling(shape, node.layer) ? 'Pooling head' : `Layer ${node.layer}`;
}
