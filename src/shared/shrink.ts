/** Eight bits a channel, [height, width, 3]. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A copy whose longer side has at most `limit` pixels, by averaging whole blocks of pixels: for embedding, not for measuring. */
export function shrunk(image: Pixels, limit: number): { readonly image: Pixels; readonly factor: number } {
  const block = Math.ceil(Math.max(image.width, image.height) / limit);
  if (block <= 1) return { image, factor: 1 };
  // A strip that is thinner than a block keeps one line.
  const across = Math.min(block, image.width);
  const down = Math.min(block, image.height);
  const width = Math.floor(image.width / across);
  const height = Math.floor(image.height / down);
  const data = new Uint8Array(width * height * 3);
  const area = across * down;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let dy = 0; dy < down; dy++) {
          const row = (y * down + dy) * image.width + x * across;
          for (let dx = 0; dx < across; dx++) sum += image.data[(row + dx) * 3 + c];
        }
        data[(y * width + x) * 3 + c] = sum / area;
      }
  return { image: { width, height, data }, factor: 1 / block };
}
