import * as v from 'valibot';
import { saliencyMethods } from '../../../src/shared/text/explanation';
import { kept, part, type Parts } from '../../state/kept';
import { restoredHeads } from '../../state/restored-heads';
import type { HiddenView, SaliencyKind, SaliencyView, TextView } from './text-view';

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const kinds: readonly SaliencyKind[] = [...saliencyMethods, 'relevance'];

const saliency: Parts<SaliencyView> = {
  method: v.picklist(kinds),
  plot: v.picklist(['line', 'bars']),
  layers: v.pipe(
    v.object({ first: index, last: index }),
    v.check(({ first, last }) => first <= last),
  ),
  readOut: v.picklist(['default', 'chosen']),
};

const hidden: Parts<HiddenView> = {
  quantity: v.picklist(['mean', 'norm', 'cosine']),
  form: v.picklist(['lines', 'map']),
};

const view: Parts<Omit<TextView, 'saliency' | 'hidden' | 'heads'>> = {
  chosen: v.nullable(v.object({ item: index, sequence: index, token: index })),
  group: index,
  layer: index,
  head: index,
  live: v.boolean(),
};

/** What the window kept of a text panel's view; whether the indices exist is seen to by `fittedText`. */
export const restoredTextView = (saved: unknown, initial: TextView): TextView => ({
  ...kept(view, saved, initial),
  saliency: kept(saliency, part(saved, 'saliency'), initial.saliency),
  hidden: kept(hidden, part(saved, 'hidden'), initial.hidden),
  heads: restoredHeads(part(saved, 'heads'), initial.heads),
});
