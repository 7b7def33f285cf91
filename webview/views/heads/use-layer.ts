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

/** Fetches the chosen layer when somebody looks. */
export function useNeededLayer(near: boolean): void {
  const source = useHeadsSource();
  const layer = useHeads(({ cursor }) => cursor.layer);
  const key = useLayerKeys();
  const missing = useHeads(({ items }) => items.some(({ layer }) => layer === undefined));
  useEffect(() => {
    if (near) source.needLayer(layer);
  }, [source, near, layer, key, missing]);
}

/** Fetches what nobody looks at yet: the rest of the chosen layer, the layers beside it, and the numbers of all heads. */
export function useNextNeeded(near: boolean): void {
  const source = useHeadsSource();
  const rest = useRest();
  const layer = useHeads(({ cursor }) => cursor.layer);
  const key = useLayerKeys();
  const group = useHeads(shownGroup);
  const missing = useHeads(({ items }) => items.some(({ statistics }) => statistics === undefined));
  useEffect(() => {
    if (near && rest && missing) source.needStatistics();
  }, [source, near, rest, missing]);
  useEffect(() => {
    if (!near || !rest) return;
    const beside = small(group) ? [layer - 1, layer + 1] : [];
    for (const next of [layer, ...beside]) if (next >= 0 && next < groupLayers(group)) source.needWhole(next);
  }, [source, near, rest, key, layer, group]);
}

/** Whether what is looked at has been here for a moment. Between two keystrokes, anything else would be in its way. */
function useRest(): boolean {
  const key = useLayerKeys();
  const settled = useHeads(({ items }) => items.every(({ layer }) => layer && layer.kind !== 'loading'));
  const [rested, setRested] = useState<string | null>(null);
  useEffect(() => {
    setRested(null);
    if (!settled) return;
    const wait = setTimeout(() => setRested(key), quietMs);
    return () => clearTimeout(wait);
  }, [settled, key]);
  return settled && rested === key;
}

const useLayerKeys = (): string => useHeads(({ items }) => items.map(({ layerKey }) => layerKey).join('\n'));

/** After which what nobody looks at yet is fetched. */
const quietMs = 300;

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
