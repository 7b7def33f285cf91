import * as v from 'valibot';
import { colourMapNames } from './colour/names';
import { methods, type LayerRange } from './explanation';
import type {
  ExportFormat,
  HostEvents,
  HostMethods,
  PanelAction,
  PanelEvents,
  PanelRequest,
  PanelStatus,
  ToldState,
} from './panel-protocol';
import type { Schemas } from './rpc/rpc';

/** What each end of a panel accepts: the other end may be of another version, and other scripts of the page post messages too. */

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const tower = v.picklist(['vision', 'text']);
const prompts = v.pipe(v.array(v.string()), v.maxLength(1000));
const range: v.GenericSchema<unknown, LayerRange> = v.object({ first: index, last: index });
/** Those of every panel. */
export const panelActions: readonly PanelAction[] = [
  'cancel',
  'retry',
  'show-log',
  'copy-diagnostics',
  'open-settings',
  'choose-model',
  'choose-image',
  'manage-trust',
  'close',
];
const formats: readonly ExportFormat[] = ['png', 'json', 'safetensors', 'html'];
const headCursor = { tower, layer: index, head: index };

export const hostParams: Schemas<HostMethods> = {
  begin: v.null(),
  open: v.null(),
  explain: v.object({ prompts }),
  heads: v.object({ image: index, tower, layer: index, prompt: index, gradient: v.boolean() }),
  thumbnails: v.object({
    image: index,
    tower,
    prompt: index,
    quantity: v.picklist(['attention', 'gradient', 'product']),
  }),
  statistics: v.object({ image: index }),
  export: v.object({
    format: v.picklist(formats),
    image: index,
    prompt: index,
    method: v.picklist(methods),
    layers: range,
    textLayers: range,
    colourMap: v.picklist(colourMapNames),
    smooth: v.boolean(),
    opacity: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    scale: v.picklist(['own', 'shared']),
  }),
  save: v.object({ name: v.pipe(v.string(), v.maxLength(300)), text: v.string() }),
  act: v.object({ action: v.picklist(panelActions) }),
};

export const panelEvents: Schemas<PanelEvents> = { cursor: v.object({ image: index, prompt: index, ...headCursor }) };

export const panelStatus = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({
    kind: v.literal('working'),
    stage: v.string(),
    fraction: v.nullable(v.number()),
    cancellable: v.boolean(),
  }),
  v.object({ kind: v.literal('cancelled') }),
  v.object({
    kind: v.literal('failed'),
    error: v.string(),
    message: v.string(),
    actions: v.array(v.picklist(panelActions)),
  }),
  v.object({ kind: v.literal('changed') }),
  v.object({ kind: v.literal('gone') }),
]) as unknown as v.GenericSchema<unknown, PanelStatus>;

/** Of a state, the frame is checked and not each of its numbers: it comes from the extension that served the page. */
export const hostEvents: Schemas<HostEvents> = {
  state: v.custom<ToldState>(
    (state) =>
      v.is(
        v.looseObject({
          images: v.array(v.looseObject({ uri: v.string() })),
          status: panelStatus,
          settings: v.looseObject({}),
        }),
        state,
      ),
    'not a state of the panel',
  ),
  status: panelStatus,
  head: v.object(headCursor),
};

/** What a webview kept of its panel: `request` is the extension's, the rest is the webview's own. */
export const savedPanel: v.GenericSchema<unknown, { readonly version: 1; readonly request: PanelRequest }> =
  v.looseObject({
    version: v.literal(1),
    request: v.object({
      images: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(2)),
      prompts,
      model: v.nullable(v.string()),
    }),
  });
