import * as v from 'valibot';
import { colourMaps, type ColourMapName } from '../../src/shared/colour/maps';
import { methods } from '../../src/shared/explanation';
import type { HeadsView, OverlayView, View } from './view';

/** A schema for every part of a view: a part that is missing here does not compile. */
type Parts<T> = { readonly [K in keyof T]-?: v.GenericSchema<unknown, T[K]> };

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

const heads: Parts<HeadsView> = {
  quantity: v.picklist(['attention', 'gradient', 'product']),
  show: v.picklist(['image', 'matrix']),
  pane: v.picklist(['layer', 'model', 'across']),
  sort: v.picklist(['index', 'relevance', 'entropy', 'distance', 'sink']),
  scale: v.picklist(['head', 'layer']),
  special: v.boolean(),
  active: v.nullable(v.array(index)),
  combine: v.picklist(['heads', 'mean', 'max']),
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
    heads: kept(heads, part(saved, 'heads'), initial.heads),
  };
}

const part = (from: unknown, key: string): unknown =>
  typeof from === 'object' && from !== null && Object.hasOwn(from, key)
    ? (from as Record<string, unknown>)[key]
    : undefined;

const kept = <T extends object>(parts: Parts<T>, saved: unknown, initial: T): T =>
  Object.fromEntries(
    (Object.keys(parts) as (keyof T & string)[]).map((key) => {
      const read = v.safeParse(parts[key], part(saved, key));
      return [key, read.success ? read.output : initial[key]];
    }),
  ) as T;
