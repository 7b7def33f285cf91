import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LayerRange, Tower, TowerShape } from '../../../src/shared/explanation';
import { layerCount } from '../../../src/shared/layers';
import type { Controller } from '../../state/controller';
import { layerFetch, layerKey, shownLayer, type ShownLayer } from '../../state/heads-selectors';
import { shownImage } from '../../state/selectors';
import { useApp, useController } from '../../state/use-app';
import { useNear } from '../../ui/use-near';

export interface LayerNow {
  /** The chosen layer; while it is on its way, the last that was here of the same tower; null: none yet. */
  readonly layer: ShownLayer | null;
  /** `layer` is not the chosen one. */
  readonly stale: boolean;
  /** The sentence with which fetching failed. */
  readonly failed: string | null;
  readonly retry: () => void;
}

/** The chosen layer's heads, fetched when somebody looks. */
export function useLayer(near: boolean): LayerNow {
  const controller = useController();
  const fetched = useApp((state) => layerFetch(state));
  const key = useApp(layerKey);
  const here = useApp(shownLayer);
  const tower = useApp(({ view }) => view!.tower);
  const last = useRef<ShownLayer | null>(null);
  if (here) last.current = here;
  const missing = fetched === undefined;

  useEffect(() => {
    if (near) need(controller);
  }, [controller, near, key, missing]);

  useNeighbours(near && here !== null, tower);
  return {
    layer: here ?? (last.current?.tower === tower ? last.current : null),
    stale: here === null,
    failed: fetched?.kind === 'failed' ? fetched.message : null,
    retry: () => controller.retryFetch('heads', key),
  };
}

/** Not where another prompt's answer stands in. One that is here is asked for too, so that it is forgotten last. */
function need(controller: Controller): void {
  const state = controller.store.get();
  const { view } = state;
  if (view && (state.heads.has(layerKey(state)) || !layerFetch(state)))
    controller.needHeads(view.tower, view.layer, view.prompt);
}

/** Layers of at most so many bytes are fetched before somebody looks at them; a large model's 40 MB are not. */
const smallLayer = 4 << 20;

const small = ({ heads, tokens }: TowerShape): boolean => 8 * heads * tokens ** 2 <= smallLayer;

/** Whether heads are to be fetched: their section is on the screen or nearly, or they are small and nothing else is to do. */
export function useWanted(section: RefObject<Element>): boolean {
  const near = useNear(section);
  const [idle, setIdle] = useState(false);
  const light = useApp((state) => small(shownImage(state)!.explained.vision));
  useEffect(() => {
    const wait = requestIdleCallback(() => setIdle(true), { timeout: 1000 });
    return () => cancelIdleCallback(wait);
  }, []);
  return near || (idle && light);
}

/** When nothing else is to do, the layers beside the chosen one. */
function useNeighbours(ready: boolean, tower: Tower): void {
  const controller = useController();
  const layer = useApp(({ view }) => view!.layer);
  const prompt = useApp(({ view }) => view!.prompt);
  const shape = useApp((state) => shownImage(state)!.explained[tower]);
  useEffect(() => {
    if (!ready || !small(shape)) return;
    const wait = requestIdleCallback(
      () => {
        const range: LayerRange = { first: Math.max(0, layer - 1), last: Math.min(layerCount(shape) - 1, layer + 1) };
        for (let next = range.first; next <= range.last; next++)
          if (!layerFetch(controller.store.get(), next)) controller.needHeads(tower, next, prompt);
      },
      { timeout: 2000 },
    );
    return () => cancelIdleCallback(wait);
  }, [controller, ready, tower, layer, prompt, shape]);
}
