import { colourAt, type ColourTable } from './colour/table';
import type { Size } from './geometry';
import { heatLines, heatSteps, stepStrength, visibleCrop, type HeatField, type PixelBox } from './heat-lines';

/** [height, width, 3], values 0–255. */
export interface RgbImage extends Size {
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** What is drawn over the photo. */
export interface Heat extends HeatField {
  readonly table: ColourTable;
  /** Of the strongest heat, 0–1. */
  readonly opacity?: number;
}

/** What remains of a pixel's brightness outside the crop, which the model did not see: dimmed, not hidden. */
export const dimmed = 0.4;
/** How much white the edge of the crop has. */
export const edgeWhite = 0.55;
const defaultOpacity = 0.86;
/** 1 in 16.16 fixed point: integers made painting a quarter faster than float32. */
const one = 1 << 16;

/**
 * The photo with its heat, at the photo's own size. Where a value is zero (or no number) the photo is untouched.
 * 12 megapixels take about a quarter of a second of one core.
 */
export function paintOverlay(photo: RgbImage, heat: Heat): RgbImage {
  const { width, height } = photo;
  const data = new Uint8Array(photo.data);
  const inside = visibleCrop(heat.crop, photo);
  dimOutside(data, width, height, inside);
  paintHeat(data, width, inside, heat);
  if (inside.right - inside.left < width || inside.bottom - inside.top < height) drawEdge(data, width, height, inside);
  return { width, height, data };
}

function dimOutside(data: Uint8Array, width: number, height: number, box: PixelBox): void {
  const table = Uint8Array.from({ length: 256 }, (_, value) => Math.round(value * dimmed));
  const dim = (from: number, to: number): void => {
    for (let i = from; i < to; i++) data[i] = table[data[i]!]!;
  };
  const stride = 3 * width;
  dim(0, box.top * stride);
  for (let y = box.top; y < box.bottom; y++) {
    dim(y * stride, y * stride + 3 * box.left);
    dim(y * stride + 3 * box.right, (y + 1) * stride);
  }
  dim(box.bottom * stride, height * stride);
}

function paintHeat(data: Uint8Array, width: number, box: PixelBox, heat: Heat): void {
  const { colour, keep } = ramp(heat);
  heatLines(heat, box, (y, steps) => {
    for (let x = box.left, at = 3 * (y * width + box.left), i = 0; x < box.right; x++, at += 3, i++) {
      const step = steps[i]!;
      const kept = keep[step]!;
      if (kept === one) continue;
      data[at] = (data[at]! * kept + colour[3 * step]!) >> 16;
      data[at + 1] = (data[at + 1]! * kept + colour[3 * step + 1]!) >> 16;
      data[at + 2] = (data[at + 2]! * kept + colour[3 * step + 2]!) >> 16;
    }
  });
}

/**
 * How opaque a value t = |value|/top in [0, 1] is: nothing at 0, `opacity` from about three quarters on. Rising faster than t, since a
 * weak heat in a dark colour would only look like a shadow, and flat at the start, so that noise near zero leaves the photo alone.
 */
export function heatAlpha(t: number, opacity = defaultOpacity): number {
  const x = Math.min(1, t / 0.75);
  return opacity * x * x * (3 - 2 * x);
}

/** For each step, in 16.16 fixed point: the colour times its alpha (and ½ for rounding), and the share of the photo that is kept. */
function ramp({ table, signed, opacity }: Heat): { colour: Int32Array; keep: Int32Array } {
  const colour = new Int32Array(3 * (heatSteps + 1));
  const keep = new Int32Array(heatSteps + 1);
  for (let step = 0; step <= heatSteps; step++) {
    const alpha = Math.round(one * heatAlpha(stepStrength(step, signed), opacity));
    keep[step] = one - alpha;
    colour.set(
      colourAt(table, step / heatSteps).map((c) => Math.floor(c * alpha) + one / 2),
      3 * step,
    );
  }
  return { colour, keep };
}

/** The lines of {@link cropEdge} in white. */
function drawEdge(data: Uint8Array, width: number, height: number, box: PixelBox): void {
  for (const { left, top, right, bottom } of cropEdge(box, { width, height }))
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++)
        for (let i = 3 * (y * width + x), end = i + 3; i < end; i++) data[i]! += (255 - data[i]!) * edgeWhite;
}

/** A thin line just outside the crop, in up to four parts that do not overlap; none at a side where there is no outside. */
export function cropEdge(box: PixelBox, { width, height }: Size): PixelBox[] {
  const thickness = Math.max(1, Math.round(Math.min(width, height) / 600));
  const part = (left: number, top: number, right: number, bottom: number): PixelBox => ({
    left: Math.max(0, left),
    top: Math.max(0, top),
    right: Math.min(width, right),
    bottom: Math.min(height, bottom),
  });
  return [
    part(box.left - thickness, box.top, box.left, box.bottom),
    part(box.right, box.top, box.right + thickness, box.bottom),
    part(box.left - thickness, box.top - thickness, box.right + thickness, box.top),
    part(box.left - thickness, box.bottom, box.right + thickness, box.bottom + thickness),
  ].filter(({ left, top, right, bottom }) => left < right && top < bottom);
}
