import type { Rect } from '../../src/shared/explanation';
import { outsideCrop, type Size } from '../../src/shared/geometry';
import { visibleCrop } from '../../src/shared/heat-lines';
import { cropEdge, dimmed, edgeWhite, type RgbImage } from '../../src/shared/paint';

/** Photos as canvases, at their own size; a panel has one or two. */
const sources = new WeakMap<RgbImage, HTMLCanvasElement>();

export function photoCanvas(photo: RgbImage): HTMLCanvasElement {
  const kept = sources.get(photo);
  if (kept) return kept;
  const { width, height, data } = photo;
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    pixels[to] = data[from]!;
    pixels[to + 1] = data[from + 1]!;
    pixels[to + 2] = data[from + 2]!;
    pixels[to + 3] = 255;
  }
  const canvas = sized(document.createElement('canvas'), photo);
  canvas.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0);
  sources.set(photo, canvas);
  return canvas;
}

/** A rectangle of the original image in pixels of a drawing of it. */
export const drawnRect = (rect: Rect, image: Size, drawing: Size): Rect => {
  const [sx, sy] = [drawing.width / image.width, drawing.height / image.height];
  return { x: rect.x * sx, y: rect.y * sy, width: rect.width * sx, height: rect.height * sy };
};

/**
 * The photo over the whole canvas, with what the model did not see dimmed and the thin edge between, as `paintOverlay` has them.
 *
 * @param crop in pixels of the canvas
 */
export function drawPhoto(canvas: HTMLCanvasElement, photo: RgbImage, crop: Rect): void {
  const { width, height } = canvas;
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(photoCanvas(photo), 0, 0, width, height);
  const box = visibleCrop(crop, canvas);
  const seen = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
  context.fillStyle = `rgb(0 0 0 / ${1 - dimmed})`;
  for (const { x, y, width, height } of outsideCrop(seen, canvas)) context.fillRect(x, y, width, height);
  if (seen.width === width && seen.height === height) return;
  context.fillStyle = `rgb(255 255 255 / ${edgeWhite})`;
  for (const { left, top, right, bottom } of cropEdge(box, canvas))
    context.fillRect(left, top, right - left, bottom - top);
}

/**
 * What the model saw, in grey, over the whole canvas: the ground of thumbnails.
 *
 * @param crop in pixels of the photo; it may reach beyond it
 */
export function drawGreyCrop(canvas: HTMLCanvasElement, photo: RgbImage, crop: Rect): void {
  const { width, height } = canvas;
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.clearRect(0, 0, width, height);
  context.filter = 'grayscale(1)';
  const [sx, sy] = [width / crop.width, height / crop.height];
  context.drawImage(photoCanvas(photo), -crop.x * sx, -crop.y * sy, photo.width * sx, photo.height * sy);
  context.filter = 'none';
}

/** A canvas of whole pixels, at least one. Setting its size empties it, so that it is set only where it changes. */
export function sized(canvas: HTMLCanvasElement, { width, height }: Size): HTMLCanvasElement {
  const [w, h] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  return canvas;
}
