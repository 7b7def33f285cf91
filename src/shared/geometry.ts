import type { Rect } from './explanation';

/**
 * Between a model's patch grid and the original image. All rectangles are in pixels of the original (EXIF orientation applied), with
 * exact fractions; a point lies in a rectangle when left ≤ x < right and top ≤ y < bottom.
 */

/** [rows, columns] */
export type Grid = readonly [number, number];

export interface Patch {
  readonly row: number;
  readonly column: number;
  /** row × columns + column: the index into a map [rows × columns]. */
  readonly index: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of the original that one patch saw. */
export function patchRect(crop: Rect, [rows, columns]: Grid, row: number, column: number): Rect {
  const width = crop.width / columns;
  const height = crop.height / rows;
  return { x: crop.x + column * width, y: crop.y + row * height, width, height };
}

/** The patch that saw the point (x, y), or null where the model saw nothing. For a pixel's centre add ½ to its indices. */
export function patchAt(crop: Rect, [rows, columns]: Grid, x: number, y: number): Patch | null {
  const column = Math.floor(((x - crop.x) * columns) / crop.width);
  const row = Math.floor(((y - crop.y) * rows) / crop.height);
  if (!(column >= 0 && column < columns && row >= 0 && row < rows)) return null;
  return { row, column, index: row * columns + column };
}

/**
 * The part of `crop` that a convolution with this patch size covers: where the patch does not divide the input, the remainder at the right
 * and at the bottom is read by no patch. `input` is the size of the model's input in its own pixels.
 */
export function gridCrop(crop: Rect, input: Size, [rows, columns]: Grid, patchSize: number): Rect {
  const width = (crop.width * columns * patchSize) / input.width;
  const height = (crop.height * rows * patchSize) / input.height;
  return { x: crop.x, y: crop.y, width, height };
}

/** The part of `crop` that lies inside the image; a crop reaches beyond it where the preprocessor pads. Empty: width or height 0. */
export function insideImage(crop: Rect, image: Size): Rect {
  const x = clamp(crop.x, 0, image.width);
  const y = clamp(crop.y, 0, image.height);
  const width = clamp(crop.x + crop.width, 0, image.width) - x;
  const height = clamp(crop.y + crop.height, 0, image.height) - y;
  return { x, y, width, height };
}

/** What the model never saw: up to four rectangles (top, bottom, left, right) that with the crop tile the image. */
export function outsideCrop(crop: Rect, image: Size): readonly Rect[] {
  const { x, y, width, height } = insideImage(crop, image);
  const right = x + width;
  const bottom = y + height;
  return [
    { x: 0, y: 0, width: image.width, height: y },
    { x: 0, y: bottom, width: image.width, height: image.height - bottom },
    { x: 0, y, width: x, height },
    { x: right, y, width: image.width - right, height },
  ].filter((r) => r.width > 0 && r.height > 0);
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
