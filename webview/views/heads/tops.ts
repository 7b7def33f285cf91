import { matrixTop, signedQuantity } from '../../../src/shared/head-matrix';
import type { HeadsView } from '../../state/heads-view';
import type { HeadsItem, ShownLayer } from './source';
import { layerUnits, shownHead, shownLayerTop } from './units';

/**
 * The value of the last colour for a head of a layer, by the view's scale. Items that are compared have one scale: the largest of both, where both
 * are here.
 */
export function comparedTop(items: readonly HeadsItem[], view: HeadsView, layer: ShownLayer, head: number): number {
  return Math.max(0, ...shownLayers(items, layer).map((each) => topOf(each, view, head)));
}

/** The given layer, and the same one of other items that are here. */
export function shownLayers(items: readonly HeadsItem[], layer: ShownLayer): readonly ShownLayer[] {
  const here = items.flatMap((item) => (item.layer?.kind === 'here' ? [item.layer.value] : []));
  const same = here.filter((other) => other !== layer && other.group === layer.group && other.layer === layer.layer);
  return items.length > 1 ? [layer, ...same] : [layer];
}

function topOf(layer: ShownLayer, view: HeadsView, head: number): number {
  const units = layerUnits(layer.sides, view);
  if (view.scale === 'layer') return shownLayerTop(layer, view.quantity, units);
  const own = Math.min(head, layer.heads - 1);
  return matrixTop(shownHead(layer, view.quantity, own, units), signedQuantity(view.quantity));
}
