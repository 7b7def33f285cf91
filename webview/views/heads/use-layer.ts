import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { needsGradient } from '../../state/head-fetches';
import { useNear } from '../../ui/use-near';
import { useHeads, useHeadsSource, type HeadsGroup, type HeadsState, type ShownLayer } from './source';

export const shownGroup = ({ groups, cursor }: HeadsState): HeadsGroup => groups[cursor.group]!;

/** A pooling head counts as one more. */
export const groupLayers = ({ layers, poolingHeads }: HeadsGroup): number => layers + (poolingHeads === null ? 0 : 1);

/** "layer 5", "pooling head". */
export const groupLayerName = ({ layers }: HeadsGroup, layer: number): string =>
  layer < layers ? `layer ${layer}` : 'pooling head';

export interface LayerNow {
  /** The chosen layer; while it is on its way, the last that was here of the same group; null: none yet. */
  readonly layer: ShownLayer | null;
  /** `layer` is not the chosen one. */
  readonly stale: boolean;
  /** The sentence with which fetching failed. */
  readonly failed: string | null;
}

/** The chosen layer of one item. */
export function useItemLayer(item: number): LayerNow {
  const fetched = useHeads(({ items }) => items[item]?.layer);
  const group = useHeads(({ cursor }) => cursor.group);
  const here = fetched?.kind === 'here' ? fetched.value : null;
  const gradient = useHeads(({ view }) => needsGradient(view.quantity));
  const last = useRef<ShownLayer | null>(null);
  if (here) last.current = here;
  const old = last.current;
  const serves = old?.group === group && !(gradient && old.tensors.gradient === null);
  return {
    layer: here ?? (serves ? old : null),
    stale: here === null,
    failed: fetched?.kind === 'failed' ? fetched.message : null,
  };
}

/** Fetches the chosen layer when somebody looks, and those beside it a moment later. */
export function useNeededLayers(near: boolean): void {
  const source = useHeadsSource();
  const layer = useHeads(({ cursor }) => cursor.layer);
  const key = useHeads(({ items }) => items.map(({ layerKey }) => layerKey).join('\n'));
  const missing = useHeads(({ items }) => items.some(({ layer }) => layer === undefined));
  const here = useHeads(({ items }) => items.every(({ layer }) => layer?.kind === 'here'));
  const group = useHeads(shownGroup);
  useEffect(() => {
    if (near) source.needLayer(layer);
  }, [source, near, layer, key, missing]);
  useEffect(() => {
    if (!near || !here || !small(group)) return;
    // Not between two keystrokes, where they would be in the way of what is looked at.
    const wait = setTimeout(() => {
      for (const next of [layer - 1, layer + 1]) if (next >= 0 && next < groupLayers(group)) source.needLayer(next);
    }, quietMs);
    return () => clearTimeout(wait);
  }, [source, near, here, key, layer, group]);
}

/** After which layers are fetched that nobody looks at. */
const quietMs = 400;

/** Layers of at most so many bytes are fetched before somebody looks at them; a large model's 40 MB are not. */
const smallLayer = 4 << 20;

const small = ({ heads, queries, keys }: HeadsGroup): boolean => 8 * heads * queries * keys <= smallLayer;

/** Whether heads are to be fetched: their section is on the screen or nearly, or they are small and nothing else is to do. */
export function useWanted(section: RefObject<Element>): boolean {
  const near = useNear(section);
  const [idle, setIdle] = useState(false);
  const light = useHeads((state) => small(state.groups[0]!));
  useEffect(() => {
    const wait = requestIdleCallback(() => setIdle(true), { timeout: 1000 });
    return () => cancelIdleCallback(wait);
  }, []);
  return near || (idle && light);
}
