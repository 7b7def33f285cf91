import { heatPixels, type HeatLayer } from '../../src/shared/heat-layer';
import type { PixelBox } from '../../src/shared/heat-lines';
import { sized } from './photo';

/**
 * Smooth heat is drawn with at most so many pixels for the side of a patch, and enlarged by the browser, bilinearly, as it is interpolated
 * here: nothing is seen of it, and the time of a frame does not grow with the screen. An odd number has a pixel on each patch's centre,
 * where the slope changes.
 */
const mostOfPatch = 21;
const mostPixels = 360_000;

/**
 * The heat of `box`, over the whole canvas.
 *
 * @param heat in device pixels of the picture, as `box`
 */
export function drawHeat(canvas: HTMLCanvasElement, heat: HeatLayer, box: PixelBox): void {
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  if (width <= 0 || height <= 0 || !(heat.top > 0)) {
    sized(canvas, { width: 1, height: 1 });
    canvas.getContext('2d')!.clearRect(0, 0, 1, 1);
    return;
  }
  const { crop, smooth, grid } = heat;
  const [rows, columns] = grid;
  const most = Math.min(1, Math.sqrt(mostPixels / (width * height)));
  const scale = (ofPatch: number) => (smooth ? Math.min(most, mostOfPatch / ofPatch) : 1);
  sized(canvas, { width: width * scale(crop.width / columns), height: height * scale(crop.height / rows) });
  const [fx, fy] = [canvas.width / width, canvas.height / height];
  const small: HeatLayer = {
    ...heat,
    crop: {
      x: (crop.x - box.left) * fx,
      y: (crop.y - box.top) * fy,
      width: crop.width * fx,
      height: crop.height * fy,
    },
  };
  const whole: PixelBox = { left: 0, top: 0, right: canvas.width, bottom: canvas.height };
  const pixels = new ImageData(heatPixels(small, whole), canvas.width, canvas.height);
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
}
