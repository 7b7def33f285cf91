import { patchAt, patchRect } from '../../../src/shared/geometry';
import type { PanelImage } from '../../../src/shared/panel-protocol';

/** Where a patch lies on the picture, as a style: in shares of the frame. */
export function markPlace({ explained: { image, grid } }: PanelImage, patch: number) {
  const { x, y, width, height } = patchRect(image.crop, grid, Math.floor(patch / grid[1]), patch % grid[1]);
  const share = (part: number, whole: number): string => `${(100 * part) / whole}%`;
  return {
    left: share(x, image.width),
    top: share(y, image.height),
    width: share(width, image.width),
    height: share(height, image.height),
  };
}

/** The patch under a point of a frame that shows the whole image; null where the model saw nothing. */
export function patchUnder(
  frame: Element,
  { explained: { image, grid } }: PanelImage,
  { clientX, clientY }: MouseEvent,
): number | null {
  const box = frame.getBoundingClientRect();
  const x = ((clientX - box.left) / box.width) * image.width;
  const y = ((clientY - box.top) / box.height) * image.height;
  // Where the crop reaches beyond the photo, the photo ends.
  if (x < 0 || y < 0 || x >= image.width || y >= image.height) return null;
  return patchAt(image.crop, grid, x, y)?.index ?? null;
}
