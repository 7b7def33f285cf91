import * as v from 'valibot';
import { pairFilters, type PairFilter } from '../../src/shared/text/pairs';
import type { HeadsView } from './heads-view';
import { kept, type Parts } from './kept';

const heads: Parts<HeadsView> = {
  quantity: v.picklist(['attention', 'gradient', 'product']),
  show: v.picklist(['image', 'matrix']),
  pane: v.picklist(['layer', 'model', 'across']),
  sort: v.picklist(['index', 'relevance', 'entropy', 'distance', 'sink']),
  scale: v.picklist(['head', 'layer']),
  special: v.boolean(),
  active: v.nullable(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0)))),
  combine: v.picklist(['heads', 'mean', 'max']),
  units: v.picklist(['tokens', 'words']),
  pair: v.picklist(Object.keys(pairFilters) as PairFilter[]),
  layout: v.picklist(['vertical', 'horizontal']),
  thumbnails: v.picklist(['matrices', 'lines']),
};

/** What a window kept of a heads section, for the views of both panels. */
export const restoredHeads = (saved: unknown, initial: HeadsView): HeadsView => kept(heads, saved, initial);
