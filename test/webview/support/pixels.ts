import type { Locator } from 'playwright-core';
import sharp from 'sharp';
import type { RgbImage } from '../../../src/shared/paint';

/** What an element looks like on the screen, marks of the pointer and all. */
export async function pixelsOf(element: Locator): Promise<RgbImage> {
  const { data, info } = await sharp(await element.screenshot()).removeAlpha().raw().toBuffer({ resolveWithObject: true }); // prettier-ignore
  return { width: info.width, height: info.height, data };
}

export const pixelAt = ({ width, data }: RgbImage, x: number, y: number): [number, number, number] => {
  const at = 3 * (Math.floor(y) * width + Math.floor(x));
  return [data[at]!, data[at + 1]!, data[at + 2]!];
};
