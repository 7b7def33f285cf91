import { BadFile, BadImage } from '../../shared/errors';
import type { Rect } from '../../shared/explanation';
import { floatTensor, type FloatTensor } from '../../shared/tensor';
import type { PreprocessConfig } from './config';
import { emptyImage, type Rgb8Image } from './image';
import { resample, type Region } from './resample';
import { resizedExtent } from './resize';
import type { Extent } from './processors';

export interface Preprocessed {
  /** [1, 3, height, width] */
  readonly pixelValues: FloatTensor;
  /** The model's input before rescaling and normalising, without padding at the right and bottom: what `--png` shows. */
  readonly seen: Rgb8Image;
  /** The part of the original that the input covers, in its pixels; it reaches beyond the image where the input is padded. */
  readonly crop: Rect;
  /** Of the model's input, in its pixels. */
  readonly width: number;
  readonly height: number;
}

/** More is a mistake in the config, or a needle of an image (1 × 5000 resized to a shortest edge of 224 and not cropped). */
const maxInputPixels = 64_000_000;

/**
 * What the model sees of an image, equal to Hugging Face's PIL processors: resize, centre crop, rescale, normalise, pad, in this order.
 * Throws {@link BadFile} where config and image do not go together.
 */
export function preprocess(image: Rgb8Image, config: PreprocessConfig): Preprocessed {
  const resized = config.resize === null ? image : resizedExtent(image, config.resize);
  const region =
    config.crop === null
      ? { left: 0, top: 0, width: resized.width, height: resized.height }
      : centred(resized, config.crop);
  const input = config.padTo ?? region;
  checkSizes(image, resized, region, input);

  const seen = crop(image, resized, region, config);
  const scaleX = image.width / resized.width;
  const scaleY = image.height / resized.height;
  return {
    pixelValues: normalized(seen, input, config),
    seen,
    crop: {
      x: region.left * scaleX,
      y: region.top * scaleY,
      width: input.width * scaleX,
      height: input.height * scaleY,
    },
    width: input.width,
    height: input.height,
  };
}

/** center_crop of transformers' image_transforms.py: the odd pixel goes to the right of a crop and to the left of a padding. */
const centred = (image: Extent, { width, height }: Extent): Region => ({
  left: Math.floor((image.width - width) / 2),
  top: Math.floor((image.height - height) / 2),
  width,
  height,
});

/** The region of the resized image, black where it reaches beyond. */
function crop(image: Rgb8Image, resized: Extent, region: Region, config: PreprocessConfig): Rgb8Image {
  const left = Math.max(region.left, 0);
  const top = Math.max(region.top, 0);
  const width = Math.min(region.left + region.width, resized.width) - left;
  const height = Math.min(region.top + region.height, resized.height) - top;
  const inside = resample(image, resized.width, resized.height, config.resample, { left, top, width, height });
  if (width === region.width && height === region.height) return inside;
  const out = emptyImage(region.width, region.height);
  for (let y = 0; y < height; y++) {
    const to = ((top - region.top + y) * region.width + left - region.left) * 3;
    out.data.set(inside.data.subarray(y * width * 3, (y + 1) * width * 3), to);
  }
  return out;
}

/** @returns [1, 3, height, width] */
function normalized(image: Rgb8Image, { width, height }: Extent, config: PreprocessConfig): FloatTensor {
  const values = new Float32Array(3 * width * height);
  for (let channel = 0; channel < 3; channel++) {
    const table = valueTable(config, channel);
    for (let y = 0; y < image.height; y++) {
      let s = y * image.width * 3 + channel;
      let t = (channel * height + y) * width;
      for (let x = 0; x < image.width; x++, s += 3) values[t++] = table[image.data[s]!]!;
    }
  }
  return floatTensor([1, 3, height, width], values);
}

/** The float32 of each of a channel's 256 values, rounded at the places where numpy rounds: rescale in float64, the rest in float32. */
function valueTable({ rescaleFactor, normalize }: PreprocessConfig, channel: number): Float32Array {
  const { fround } = Math;
  return Float32Array.from({ length: 256 }, (_, byte) => {
    const value = fround(byte * (rescaleFactor ?? 1));
    return normalize === null
      ? value
      : fround(value - fround(normalize.mean[channel]!)) / fround(normalize.std[channel]!);
  });
}

function checkSizes(image: Extent, resized: Extent, region: Extent, input: Extent): void {
  const size = ({ width, height }: Extent): string => `${width} × ${height}`;
  if (resized.width < 1 || resized.height < 1) {
    throw new BadImage(
      `An image of ${size(image)} pixels would be resized to ${size(resized)} for this model. Crop it to a more usual shape first.`,
    );
  }
  if (region.width > input.width || region.height > input.height) {
    throw new BadFile(
      `The preprocessor config pads to ${size(input)}, and the image is ${size(region)} by then. Correct "pad_size" in it.`,
    );
  }
  if (input.width * input.height > maxInputPixels) {
    throw new BadFile(
      `By the preprocessor config an image of ${size(image)} pixels becomes an input of ${size(input)}, more than any model takes. Crop the image to a more usual shape, or correct the config.`,
    );
  }
}
