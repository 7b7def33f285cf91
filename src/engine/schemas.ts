import * as v from 'valibot';
import { arrayOf } from './arrays';
import { elementCount, type DType, type Tensor, type TypedArray } from '../shared/tensor';
import type { EngineMethods, ImageRef, SessionOptions } from './protocol';
import type { Schemas } from '../shared/rpc/rpc';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const tensor: v.GenericSchema<unknown, Tensor> = v.pipe(
  v.object({
    dtype: v.picklist(Object.keys(arrayOf) as DType[]),
    dims: v.array(count),
    data: v.custom<TypedArray>((data) => ArrayBuffer.isView(data) && !(data instanceof DataView), 'not a typed array'),
  }),
  v.check(({ dtype, data }) => data instanceof arrayOf[dtype], 'the array is not of the tensor’s dtype'),
  v.check(({ dims, data }) => elementCount(dims) === data.length, 'the shape does not fit the number of elements'),
);

const maxPixels = v.optional(v.pipe(v.number(), v.minValue(1)));
const image: v.GenericSchema<unknown, ImageRef> = v.union([
  v.object({ path: v.string(), maxPixels }),
  v.object({ bytes: v.instance(Uint8Array), name: v.string(), maxPixels }),
]);

const session: v.GenericSchema<unknown, SessionOptions> = v.object({
  executionProvider: v.optional(v.string()),
  threads: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024))),
  lowMemory: v.optional(v.boolean()),
});

const tower = v.picklist(['vision', 'text']);

const quantity = v.picklist(['attention', 'gradient', 'product']);

const request = {
  image,
  prompts: v.array(v.string()),
  model: v.string(),
  logitScale: v.optional(v.pipe(v.number(), v.finite())),
  onLongPrompt: v.picklist(['error', 'truncate']),
  session,
};

const textRequest = {
  text: v.string(),
  pair: v.nullable(v.string()),
  model: v.string(),
  target: v.nullable(v.string()),
  maxTokens: v.nullable(v.pipe(count, v.minValue(1))),
  onLongText: v.picklist(['error', 'truncate']),
  session,
};

const layerHeads = { group: count, layer: count, gradient: v.boolean(), exact: v.nullable(v.array(count)) };

/** What the child accepts: a method without a schema does not compile. */
export const engineParams: Schemas<EngineMethods> = {
  openImage: v.object({ image, model: v.string(), session }),
  openText: v.object({ model: v.string(), session }),
  explainImage: v.object({ ...request, tensors: v.boolean() }),
  explainRows: v.object(request),
  heads: v.object({ ...request, tower, layer: count, prompt: count, gradient: v.boolean() }),
  thumbnails: v.object({
    ...request,
    ...{ tower, prompt: count },
    quantity,
  }),
  statistics: v.object(request),
  explainText: v.object(textRequest),
  outlineText: v.object({ ...textRequest, looked: v.nullable(v.object(layerHeads)) }),
  textHeads: v.object({ ...textRequest, ...layerHeads }),
  textThumbnails: v.object({ ...textRequest, group: count, quantity }),
  textStatistics: v.object(textRequest),
  integratedGradients: v.object(textRequest),
  textTensors: v.object(textRequest),
  preprocess: v.object({ image, config: v.string() }),
  trace: v.object({ model: v.string(), inputs: v.record(v.string(), tensor), targets: v.array(v.string()), session }),
  decodeImage: v.object({ image, longestSide: v.optional(v.pipe(count, v.minValue(1))) }),
  encodePng: v.object({
    width: count,
    height: count,
    data: v.union([v.instance(Uint8Array), v.instance(Uint8ClampedArray)]),
  }),
  diagnostics: v.object({ load: v.boolean() }),
  ping: v.null(),
};
