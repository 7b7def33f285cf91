import type { Tower, TowerShape } from '../../shared/explanation';
import type { HeadCursor } from '../../shared/panel-protocol';

/** A line of the tree: a tower, one of its layers, or a head. The pooling head of a tower without CLS counts as the layer behind its blocks. */
export type HeadsNode =
  | { readonly kind: 'tower'; readonly tower: Tower }
  | { readonly kind: 'layer'; readonly tower: Tower; readonly layer: number }
  | ({ readonly kind: 'head' } & HeadCursor);

export type Towers = Readonly<Record<Tower, TowerShape>>;

/** The same for the same place, whatever the image: what is expanded stays so. */
export function nodeId(node: HeadsNode): string {
  if (node.kind === 'tower') return node.tower;
  return node.kind === 'layer' ? `${node.tower}/${node.layer}` : `${node.tower}/${node.layer}/${node.head}`;
}

export function parentOf(node: HeadsNode): HeadsNode | undefined {
  if (node.kind === 'tower') return undefined;
  const { tower, layer } = node;
  return node.kind === 'layer' ? { kind: 'tower', tower } : { kind: 'layer', tower, layer };
}

/** In the model's order. */
export function childrenOf(node: HeadsNode | undefined, towers: Towers): readonly HeadsNode[] {
  if (!node)
    return [
      { kind: 'tower', tower: 'vision' },
      { kind: 'tower', tower: 'text' },
    ];
  const { tower } = node;
  const shape = towers[tower];
  const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  if (node.kind === 'tower')
    return count(shape.layers + (shape.pooling ? 1 : 0)).map((layer) => ({ kind: 'layer', tower, layer }));
  if (node.kind === 'head') return [];
  const { layer } = node;
  return count(headsIn(shape, layer)).map((head) => ({ kind: 'head', tower, layer, head }));
}

export const isPooling = ({ layers, pooling }: TowerShape, layer: number): boolean =>
  pooling !== null && layer === layers;

export const headsIn = (shape: TowerShape, layer: number): number =>
  isPooling(shape, layer) ? shape.pooling!.heads : shape.heads;

export function nodeLabel(node: HeadsNode, towers: Towers): string {
  if (node.kind === 'tower') return node.tower === 'vision' ? 'Image tower' : 'Text tower';
  if (node.kind === 'head') return `Head ${node.head}`;
  return isPooling(towers[node.tower], node.layer) ? 'Pooling head' : `Layer ${node.layer}`;
}
