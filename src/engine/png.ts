import { loadSharp } from './sharp';

export interface PngPixels {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] (RGB) or [height, width, 4] (RGBA, not premultiplied) */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** PNG of 8 bits a channel, with or without alpha as `data` has it. */
export async function encodePng({ width, height, data }: PngPixels): Promise<Uint8Array> {
  const channels = data.length / (width * height);
  if (channels !== 3 && channels !== 4)
    throw new Error(`${data.length} values are no ${width} × ${height} pixels of RGB or RGBA.`);
  const sharp = await loadSharp();
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer();
}
