/** Eight bits a channel, no alpha. */
export interface Rgb8Image {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Black. Clamped, so that a filter's overshoot is cut to 0…255 on storing. */
export function emptyImage(width: number, height: number): Rgb8Image {
  return { width, height, data: new Uint8ClampedArray(width * height * 3) };
}
