import * as v from 'valibot';
import { colourMaps, type ColourMapName } from '../../src/shared/colour/maps';
import { methods } from '../../src/shared/explanation';
import { kept, part, type Parts } from './kept';
import { restoredHeads } from './restored-heads';
import type { OverlayView, View } from './view';

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const range = v.pipe(
  v.object({ first: index, last: index }),
  v.check(({ first, last }) => first <= last),
);

const overlay: Parts<OverlayView> = {
  on: v.boolean(),
  opacity: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  colourMap: v.picklist(Object.keys(colourMaps) as ColourMapName[]),
  smooth: v.boolean(),
  scale: v.picklist(['own', 'shared']),
  all: v.boolean(),
};

const view: Parts<Omit<View, 'overlay' | 'heads'>> = {
  image: index,
  prompt: index,
  tower: v.picklist(['vision', 'text']),
  layer: index,
  head: index,
  query: v.nullable(index),
  method: v.picklist(methods),
  layers: range,
  textLayers: range,
  linked: v.boolean(),
  sort: v.nullable(v.object({ by: v.picklist(['prompt', 'logit', 'probability']), ascending: v.boolean() })),
  live: v.boolean(),
  tokens: v.boolean(),
};

/**
 * What the window kept of a view, part by part: what another version of the panel wrote, or left out, is as it is at the start. Whether the
 * indices exist is seen to by `fitted`.
 */
export function restoredView(saved: unknown, initial: View): View {
  return {
    ...kept(view, saved, initial),
    overlay: kept(overlay, part(saved, 'overlay'), initial.overlay),
    heads: restoredHeads(part(saved, 'heads'), initial.heads),
  };
}
