import { UnsupportedModel } from '../../shared/errors';

export interface Extent {
  readonly height: number;
  readonly width: number;
}

/** Red, green, blue. */
export type Triple = readonly [number, number, number];

/** The defaults of one image processor class of Hugging Face's transformers (4.57, src/transformers/models/…/image_processing_….py). */
export interface ProcessorClass {
  readonly name: string;
  readonly size: Extent | { readonly shortest_edge: number; readonly longest_edge?: number };
  /** Whether a lone number as size means height and width; else it means the shortest edge. */
  readonly square: boolean | 'unless cropped';
  /** What the class does with "longest_edge". */
  readonly longest: 'ignored' | 'limit' | 'detr';
  /** PIL code. */
  readonly resample: number;
  readonly crop: Extent | null;
  readonly rescale?: boolean;
  readonly normalize?: boolean;
  readonly pad: boolean;
  readonly mean: Triple;
  readonly std: Triple;
}

const openai = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
const halves = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;

const squareOf = (edge: number): Extent => ({ height: edge, width: edge });

const bilinear = 2;
const bicubic = 3;

const clip = {
  size: { shortest_edge: 224 },
  square: false,
  longest: 'ignored',
  resample: bicubic,
  crop: squareOf(224),
  pad: false,
  ...openai,
} as const;

const vit = {
  size: squareOf(224),
  square: true,
  longest: 'limit',
  resample: bilinear,
  crop: null,
  pad: false,
  ...halves,
} as const;

const deit = { ...vit, size: squareOf(256), resample: bicubic, crop: squareOf(224) } as const;

const detr = {
  ...vit,
  size: { shortest_edge: 800, longest_edge: 1333 },
  square: false,
  longest: 'detr',
  pad: true,
  ...imagenet,
} as const;

const classes: Readonly<Record<string, Omit<ProcessorClass, 'name'>>> = {
  CLIP: clip,
  ChineseCLIP: clip,
  Bit: clip,
  ViTHybrid: clip,
  Siglip: { ...vit, resample: bicubic },
  ViT: vit,
  DeiT: deit,
  Beit: deit,
  Blip: { ...vit, size: squareOf(384), resample: bicubic, ...openai },
  OwlViT: { ...vit, size: squareOf(768), resample: bicubic, ...openai },
  Detr: detr,
  ConditionalDetr: detr,
  DeformableDetr: detr,
  Yolos: detr,
  GroundingDino: detr,
};

/** For a config that names no class and so must say the rest itself. */
const generic: ProcessorClass = { name: 'generic', ...vit, square: 'unless cropped' };

/** `type`: "CLIPImageProcessor", "CLIPFeatureExtractor", "CLIPImageProcessorFast", "CLIPProcessor" and their like. */
export function imageProcessor(type: string | null | undefined, config: string): ProcessorClass {
  if (!type) return generic;
  const family = type.replace(/(ImageProcessor(Fast|Pil)?|FeatureExtractor|Processor)$/, '');
  if (family === '' || family === 'VisionTextDual' || family === 'Base') return generic;
  const found = Object.hasOwn(classes, family) ? classes[family] : undefined;
  if (!found) {
    throw new UnsupportedModel(
      `${config} names the image processor ${type}, whose steps are not known here (known: ${Object.keys(classes).join(', ')}). If it only resizes, crops and normalises, set "image_processor_type" to "ViTImageProcessor" or "CLIPImageProcessor".`,
    );
  }
  return { name: `${family}ImageProcessor`, ...found };
}
