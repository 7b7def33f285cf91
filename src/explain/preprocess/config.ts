import * as v from 'valibot';
import { BadFile, UnsupportedModel } from '../../shared/errors';
import { resamplings, type Resampling } from './filters';
import { imageProcessor, type Extent, type ProcessorClass, type Triple } from './processors';

/** What the steps of {@link preprocess} do, every default filled in. A step that is left out is null. */
export interface PreprocessConfig {
  /** The image processor's class in Hugging Face's transformers, or 'generic' where the config names none. */
  readonly processor: string;
  readonly resize: ResizeRule | null;
  readonly resample: Resampling;
  /** Centred; zeros (black) where the image is smaller. */
  readonly crop: Extent | null;
  readonly rescaleFactor: number | null;
  readonly normalize: { readonly mean: Triple; readonly std: Triple } | null;
  /** Zeros at the right and at the bottom, after normalisation. */
  readonly padTo: Extent | null;
}

/**
 * `exact`: to height × width, whatever the aspect. `shortest`: the shorter edge to `edge`, the longer in proportion, but at most `longest`;
 * `detr`: the same with DETR's rounding.
 */
export type ResizeRule =
  | ({ readonly kind: 'exact' } & Extent)
  | { readonly kind: 'shortest' | 'detr'; readonly edge: number; readonly longest: number | null };

const positive = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65536));

const flag = v.nullish(v.boolean());

/** Old configs write (height, width) as a list. */
const extent = v.union([
  v.object({ height: positive, width: positive }),
  v.pipe(
    v.tuple([positive, positive]),
    v.transform(([height, width]) => ({ height, width })),
  ),
]);

const edges = v.object({ shortest_edge: positive, longest_edge: v.nullish(positive) });

const channels = v.union([
  v.strictTuple([v.number(), v.number(), v.number()]),
  v.pipe(
    v.number(),
    v.transform((x): [number, number, number] => [x, x, x]),
  ),
]);

const schema = v.object({
  image_processor_type: v.nullish(v.string()),
  feature_extractor_type: v.nullish(v.string()),
  processor_class: v.nullish(v.string()),
  do_resize: flag,
  size: v.nullish(v.union([positive, extent, edges])),
  max_size: v.nullish(positive),
  default_to_square: flag,
  resample: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5))),
  do_center_crop: flag,
  crop_size: v.nullish(v.union([positive, extent])),
  do_rescale: flag,
  rescale_factor: v.nullish(v.number()),
  do_normalize: flag,
  image_mean: v.nullish(channels),
  image_std: v.nullish(channels),
  do_pad: flag,
  pad_size: v.nullish(extent),
});

type Raw = v.InferOutput<typeof schema>;

/**
 * Reads a parsed preprocessor_config.json. `name` is what error sentences call it.
 * Throws {@link BadFile} for a config that is malformed, {@link UnsupportedModel} for one that asks for a step that is not done here.
 */
export function readPreprocessConfig(json: unknown, name = 'preprocessor_config.json'): PreprocessConfig {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) {
    const { message } = parsed.issues[0];
    const where = v.getDotPath(parsed.issues[0]);
    throw new BadFile(
      `Cannot read ${name}: ${where ? `"${where}": ` : ''}${message}. Take the file that came with the model.`,
    );
  }
  refuse(json as Record<string, unknown>, name);
  const raw = parsed.output;
  const type = raw.image_processor_type ?? raw.feature_extractor_type ?? raw.processor_class;
  const processor = imageProcessor(type, name);

  const rescale = raw.do_rescale ?? processor.rescale ?? true;
  const normalize = raw.do_normalize ?? processor.normalize ?? true;
  const std = raw.image_std ?? processor.std;
  if (normalize && std.some((s) => s === 0))
    throw new BadFile(`Cannot use ${name}: "image_std" contains 0, and pixels are divided by it.`);
  return {
    processor: processor.name,
    resize: (raw.do_resize ?? true) ? resizeRule(raw, processor) : null,
    resample: resamplings[raw.resample ?? processor.resample]!,
    crop: (raw.do_center_crop ?? processor.crop !== null) ? cropExtent(raw, processor, name) : null,
    rescaleFactor: rescale ? (raw.rescale_factor ?? 1 / 255) : null,
    normalize: normalize ? { mean: raw.image_mean ?? processor.mean, std } : null,
    // Without a size of its own, padding goes to the largest image of the batch, and there is one image.
    padTo: (raw.do_pad ?? processor.pad) ? (raw.pad_size ?? null) : null,
  };
}

function resizeRule({ size, max_size, default_to_square, do_center_crop }: Raw, processor: ProcessorClass): ResizeRule {
  const chosen = size ?? processor.size;
  const square = default_to_square ?? (processor.square === 'unless cropped' ? !do_center_crop : processor.square);
  if (typeof chosen === 'object' && 'height' in chosen)
    return { kind: 'exact', height: chosen.height, width: chosen.width };
  if (typeof chosen === 'number' && square) return { kind: 'exact', height: chosen, width: chosen };
  const edge = typeof chosen === 'number' ? chosen : chosen.shortest_edge;
  const longest = (typeof chosen === 'number' ? max_size : chosen.longest_edge) ?? null;
  switch (processor.longest) {
    case 'ignored':
      return { kind: 'shortest', edge, longest: null };
    case 'detr':
      return { kind: 'detr', edge, longest };
    case 'limit':
      return { kind: 'shortest', edge, longest };
  }
}

function cropExtent({ crop_size, size }: Raw, processor: ProcessorClass, name: string): Extent {
  const chosen = crop_size ?? processor.crop ?? (typeof size === 'number' ? size : null);
  if (chosen === null)
    throw new BadFile(`Cannot use ${name}: it asks for a centre crop ("do_center_crop") and gives no "crop_size".`);
  return typeof chosen === 'number' ? { height: chosen, width: chosen } : chosen;
}

/** Flags that are done here, or that do nothing to the pixels of a single image. */
const knownFlags = new Set([
  'do_resize',
  'do_center_crop',
  'do_rescale',
  'do_normalize',
  'do_pad',
  'do_convert_rgb', // always: models here take three channels
  'do_convert_annotations',
  'do_reduce_labels',
]);

/** Settings that change the pixels or their layout in ways not done here, with the value that leaves them alone. */
const refused: Readonly<Record<string, unknown>> = {
  crop_pct: null,
  keep_aspect_ratio: false,
  ensure_multiple_of: 1,
  size_divisor: null,
  size_divisibility: null,
  offset: false,
  rescale_offset: false,
  resample_offset: false,
  max_num_patches: null,
  min_pixels: null,
  max_pixels: null,
  max_image_size: null,
  max_image_tiles: null,
  image_grid_pinpoints: null,
  use_square_size: false,
};

function refuse(json: Record<string, unknown>, name: string): void {
  for (const [key, value] of Object.entries(json)) {
    const asks = key.startsWith('do_') ? value === true && !knownFlags.has(key) : isRefused(key, value);
    if (asks) {
      throw new UnsupportedModel(
        `${name} asks for "${key}": ${JSON.stringify(value)}, a step that is not done here. Supported: resize, centre crop, rescale, normalise, pad. Give the model's input as tensors instead ("trace").`,
      );
    }
  }
}

const isRefused = (key: string, value: unknown): boolean =>
  Object.hasOwn(refused, key) && value !== null && value !== undefined && value !== refused[key];
