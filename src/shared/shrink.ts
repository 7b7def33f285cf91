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
  const width = Math.floor(image.width / block);
  const height = Math.floor(image.height / block);
  const data = new Uint8Array(width * height * 3);
  const area = block * block;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let dy = 0; dy < block; dy++) {
          const row = (y * block + dy) * image.width + x * block;
          for (let dx = 0; dx < block; dx++) sum += image.data[(row + dx) * 3 + c];
        }
        data[(y * width + x) * 3 + c] = sum / area;
      }
  return { image: { width, height, data }, factor: 1 / block };
}
