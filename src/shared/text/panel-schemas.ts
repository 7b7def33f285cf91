import * as v from 'valibot';
import { panelActions, panelStatus } from '../panel-schemas';
import type { Schemas } from '../rpc/rpc';
import { saliencyMethods } from './explanation';
import type {
  TextAction,
  TextAsk,
  TextExportRequest,
  TextHostEvents,
  TextHostMethods,
  TextPanelEvents,
  TextPanelRequest,
  TextPanelState,
} from './panel-protocol';

/** What each end of a text panel accepts: the other end may be of another version, and other scripts of the page post messages too. */

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Far more than any model reads: what is behind its limit is cut and said; a paste of the wrong thing does not get as far as a tokenizer. */
const text = v.pipe(v.string(), v.maxLength(1_000_000));
const short = v.pipe(v.string(), v.maxLength(4000));
const ask = { text, pair: v.nullable(text), model: v.nullable(short), target: v.nullable(short) };
const items = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.minLength(1), v.maxLength(2));
const groupCursor = { group: index, layer: index, head: index };
const lit = { item: index, sequence: index, tokens: v.pipe(v.array(index), v.maxLength(100_000)) };

const source = v.object({ uri: v.string(), start: index, end: index });
const request = v.object({
  items: items(v.object({ ...ask, sources: v.pipe(v.array(v.nullable(source)), v.maxLength(2)) })),
});

const actions: readonly TextAction[] = [
  ...panelActions,
  'compare-text',
  'compare-model',
  'stop-comparing',
  'reveal-source',
];
const formats: readonly TextExportRequest['format'][] = ['json', 'safetensors', 'html'];

const heads = v.object({
  item: index,
  group: index,
  layer: index,
  gradient: v.boolean(),
  exact: v.nullable(v.array(index)),
});

export const textHostParams: Schemas<TextHostMethods> = {
  begin: v.null(),
  open: v.null(),
  explain: v.object({
    items: items(v.object(ask) satisfies v.GenericSchema<unknown, TextAsk>),
    looked: v.array(heads),
  }),
  heads,
  thumbnails: v.object({ item: index, group: index, quantity: v.picklist(['attention', 'gradient', 'product']) }),
  averages: v.object({ item: index }),
  statistics: v.object({ item: index }),
  integrated: v.object({ item: index }),
  export: v.object({ item: index, format: v.picklist(formats), method: v.picklist(saliencyMethods) }),
  save: v.object({ name: v.pipe(v.string(), v.maxLength(300)), text: v.string() }),
  act: v.object({ action: v.picklist(actions) }),
};

export const textPanelEvents: Schemas<TextPanelEvents> = {
  cursor: v.object({ item: index, ...groupCursor }),
  light: v.object(lit),
};

/** Of a state, the frame is checked and not each of its numbers: it comes from the extension that served the page. */
export const textHostEvents: Schemas<TextHostEvents> = {
  state: v.custom<TextPanelState>(
    (state) =>
      v.is(
        v.looseObject({
          items: v.pipe(v.array(v.looseObject({ explained: v.looseObject({}) })), v.maxLength(2)),
          status: panelStatus,
          settings: v.looseObject({}),
        }),
        state,
      ),
    'not a state of a text panel',
  ),
  status: panelStatus,
  head: v.object(groupCursor),
  places: v.object({ request, places: v.pipe(v.array(v.nullable(v.string())), v.maxLength(2)) }),
  lit: v.object(lit),
};

/** What a webview kept of its panel: `request` is the extension's, the rest is the webview's own. */
export const savedTextPanel: v.GenericSchema<unknown, { readonly version: 1; readonly request: TextPanelRequest }> =
  v.looseObject({
    version: v.literal(1),
    request,
  });
