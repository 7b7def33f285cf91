import type { Rect } from '../../src/shared/explanation';
import type { Grid } from '../../src/shared/geometry';
import { heatPixels } from '../../src/shared/heat-layer';
import type { PanelImage } from '../../src/shared/panel-protocol';
import { headTable, type MatrixColours } from './matrix';
import { drawGreyCrop, drawnRect, sized } from './photo';

/** What the model saw, in grey, at most so many pixels high or wide: heads are many, and each lies on it. */
const longest = 480;
const greys = new WeakMap<PanelImage, HTMLCanvasElement>();

export function greyCrop(image: PanelImage): HTMLCanvasElement {
  const known = greys.get(image);
  if (known) return known;
  const crop = cropInPhoto(image);
  const shrink = Math.min(1, longest / Math.max(crop.width, crop.height));
  const grey = sized(document.createElement('canvas'), { width: crop.width * shrink, height: crop.height * shrink });
  drawGreyCrop(grey, image.photo, crop);
  greys.set(image, grey);
  return grey;
}

/** The model's crop in pixels of the panel's photo, which may be smaller than the original. */
const cropInPhoto = ({ photo, explained }: PanelImage): Rect => drawnRect(explained.image.crop, explained.image, photo);

/** The crop's width ÷ height. */
export const cropAspect = ({ explained }: PanelImage): number =>
  explained.image.crop.width / explained.image.crop.height;

/** One pixel for each entry of `map`, transparent where it is zero. */
export function patchPixels(map: ArrayLike<number>, [rows, columns]: Grid, { top, signed }: MatrixColours): ImageData {
  const box = { left: 0, top: 0, right: columns, bottom: rows };
  const crop = { x: 0, y: 0, width: columns, height: rows };
  const heat = { map, grid: [rows, columns] as const, crop, top, signed, smooth: false, table: headTable(signed) };
  return new ImageData(heatPixels(heat, box), columns, rows);
}

/** Small pictures go through one canvas, which is cheaper than one each. */
let scratch: HTMLCanvasElement | null = null;

export function pixelCanvas(pixels: ImageData): HTMLCanvasElement {
  scratch = sized((scratch ??= document.createElement('canvas')), pixels);
  scratch.getContext('2d')!.putImageData(pixels, 0, 0);
  return scratch;
}

/** How strong the heat of heads is over the grey photo: more than over a photo in its colours, which one still wants to see. */
const strength = 0.94;

/** A row over the patches on the grey crop, over the whole canvas of `width` pixels. */
export function drawPatchRow(
  canvas: HTMLCanvasElement,
  image: PanelImage,
  map: ArrayLike<number>,
  colours: MatrixColours,
  width: number,
): void {
  sized(canvas, { width, height: width / cropAspect(image) });
  const context = canvas.getContext('2d')!;
  context.imageSmoothingEnabled = true;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(greyCrop(image), 0, 0, canvas.width, canvas.height);
  if (!(colours.top > 0)) return;
  context.imageSmoothingEnabled = false;
  context.globalAlpha = strength;
  context.drawImage(pixelCanvas(patchPixels(map, image.explained.grid, colours)), 0, 0, canvas.width, canvas.height);
  context.globalAlpha = 1;
}
