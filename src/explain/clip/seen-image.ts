import type { ModelFolder } from '../models';
import { readPreprocessConfig } from '../preprocess/config';
import type { Rgb8Image } from '../preprocess/image';
import type { Preprocessed } from '../preprocess/preprocess';
import { preprocess } from '../preprocess/preprocess';

/** An image as a model sees it, without its pixels. */
export interface SeenImage {
  /** Of the original, in its pixels. */
  readonly width: number;
  readonly height: number;
  /** What decoding had to say. */
  readonly warnings: readonly string[];
  readonly input: Omit<Preprocessed, 'seen'>;
  /** Milliseconds that preprocessing took; 0 for one that is seen again. */
  readonly ms: number;
}

/** @throws BadFile where the model's preprocessor and the image do not go together */
export function seeImage(model: ModelFolder, image: Rgb8Image, warnings: readonly string[]): SeenImage {
  const start = performance.now();
  const config = readPreprocessConfig(model.preprocessor, `preprocessor_config.json of ${model.name}`);
  const { pixelValues, crop, width, height } = preprocess(image, config);
  return {
    ...{ width: image.width, height: image.height, warnings },
    input: { pixelValues, crop, width, height },
    ms: performance.now() - start,
  };
}
