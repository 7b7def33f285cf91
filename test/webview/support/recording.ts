import type { ExplanationRows, Tower } from '../../../src/shared/explanation';
import type { HeadThumbnails, HeadTensors, Statistics, ThumbnailChoice } from '../../../src/shared/heads-data';
import type { RgbImage } from '../../../src/shared/paint';

/** What the engine said of one image and its prompts, all that a panel may ask for. */
export interface Recording {
  readonly name: string;
  readonly photo: RgbImage;
  readonly explained: ExplanationRows;
  /** By `headsKey`. */
  readonly heads: Readonly<Record<string, HeadTensors>>;
  /** By `thumbnailsOf`. */
  readonly thumbnails: Readonly<Record<string, HeadThumbnails>>;
  readonly statistics: Statistics;
}

export const headsKey = (tower: Tower, layer: number, prompt: number): string => `${tower} ${layer} ${prompt}`;

export const thumbnailsOf = ({ tower, prompt, quantity }: ThumbnailChoice): string => `${tower} ${prompt} ${quantity}`;
