import { colourAt, type ColourTable } from './colour/table';
import type { Rect } from './explanation';
import { insideImage, type Grid, type Size } from './geometry';

/** [height, width, 3], values 0–255. */
export interface RgbImage extends Size {
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** What is drawn over the photo. */
export interface Heat {
  /** [rows, columns]. */
  readonly map: ArrayLike<number>;
  readonly grid: Grid;
  /** The part of the photo that the grid covers, in its pixels; it may be fractional and reach beyond the photo. */
  readonly crop: Rect;
  /** The value that has the last colour; see `heatTop`. Not positive: nothing is drawn. */
  readonly top: number;
  readonly table: ColourTable;
  /** Colours are centred on 0 and run from −top to top; otherwise from 0 to top. */
  readonly signed: boolean;
  /** Bilinear between patch centres (align_corners = false), or each patch as the square that it is. */
  readonly smooth: boolean;
  /** Of the strongest heat, 0–1. */
  readonly opacity?: number;
}

/** What remains of a pixel's brightness outside the crop, which the model did not see: dimmed, not hidden. */
const dimmed = 0.4;
const edgeWhite = 0.55;
const defaultOpacity = 0.86;
/** Steps of the colour ramp; more than the table's 256, so that the alpha has no visible rings. */
const steps = 1024;
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

/** Whole pixels, right and bottom excluded. */
interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The pixels whose centres lie in the crop and in the photo. */
function visibleCrop(crop: Rect, photo: Size): PixelBox {
  const { x, y, width, height } = insideImage(crop, photo);
  return { left: Math.round(x), top: Math.round(y), right: Math.round(x + width), bottom: Math.round(y + height) };
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

/** Where each pixel of one axis lies between the patches: value = (1 − weight)·patch[low] + weight·patch[high]. */
interface AxisSamples {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly weight: Float32Array;
}

/** Patch centres lie at (i + ½)/count of the crop, and beyond the outer centres the outer patches go on. */
function axisSamples(
  from: number,
  to: number,
  start: number,
  size: number,
  count: number,
  smooth: boolean,
): AxisSamples {
  const n = Math.max(0, to - from);
  const samples = { low: new Int32Array(n), high: new Int32Array(n), weight: new Float32Array(n) };
  for (let i = 0; i < n; i++) {
    const at = ((from + i + 0.5 - start) / size) * count;
    const u = Math.min(count - 1, Math.max(0, smooth ? at - 0.5 : Math.floor(at)));
    samples.low[i] = Math.floor(u);
    samples.high[i] = Math.min(count - 1, samples.low[i]! + 1);
    samples.weight[i] = u - samples.low[i]!;
  }
  return samples;
}

function paintHeat(data: Uint8Array, width: number, box: PixelBox, heat: Heat): void {
  if (!(heat.top > 0) || !Number.isFinite(heat.top)) return;
  const { map, crop } = heat;
  const [rows, columns] = heat.grid;
  const xs = axisSamples(box.left, box.right, crop.x, crop.width, columns, heat.smooth);
  const ys = axisSamples(box.top, box.bottom, crop.y, crop.height, rows, heat.smooth);
  const { colour, keep } = ramp(heat);
  // From a value to its step: [0, top] or [−top, top] onto [0, steps].
  const gain = steps / (heat.signed ? 2 * heat.top : heat.top);
  const zero = heat.signed ? steps / 2 : 0;
  const line = new Float32Array(columns);

  for (let y = box.top; y < box.bottom; y++) {
    const above = ys.low[y - box.top]! * columns;
    const below = ys.high[y - box.top]! * columns;
    const wy = ys.weight[y - box.top]!;
    for (let c = 0; c < columns; c++) {
      const value = map[above + c]! + wy * (map[below + c]! - map[above + c]!);
      line[c] = Number.isFinite(value) ? value * gain + zero : zero;
    }
    for (let x = box.left, at = 3 * (y * width + box.left), i = 0; x < box.right; x++, at += 3, i++) {
      const low = line[xs.low[i]!]!;
      const level = low + xs.weight[i]! * (line[xs.high[i]!]! - low) + 0.5;
      const step = level < 0 ? 0 : level > steps ? steps : level | 0;
      const kept = keep[step]!;
      if (kept === one) continue;
      data[at] = (data[at]! * kept + colour[3 * step]!) >> 16;
      data[at + 1] = (data[at + 1]! * kept + colour[3 * step + 1]!) >> 16;
      data[at + 2] = (data[at + 2]! * kept + colour[3 * step + 2]!) >> 16;
    }
  }
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
  const colour = new Int32Array(3 * (steps + 1));
  const keep = new Int32Array(steps + 1);
  for (let step = 0; step <= steps; step++) {
    const t = step / steps;
    const alpha = Math.round(one * heatAlpha(signed ? Math.abs(2 * t - 1) : t, opacity));
    keep[step] = one - alpha;
    colour.set(
      colourAt(table, t).map((c) => Math.floor(c * alpha) + one / 2),
      3 * step,
    );
  }
  return { colour, keep };
}

/** A thin white line just outside the crop, or at the photo's border where there is no outside. */
function drawEdge(data: Uint8Array, width: number, height: number, box: PixelBox): void {
  const thickness = Math.max(1, Math.round(Math.min(width, height) / 600));
  const whiten = (left: number, top: number, right: number, bottom: number): void => {
    for (let y = Math.max(0, top); y < Math.min(height, bottom); y++)
      for (let x = Math.max(0, left); x < Math.min(width, right); x++)
        for (let i = 3 * (y * width + x), end = i + 3; i < end; i++) data[i]! += (255 - data[i]!) * edgeWhite;
  };
  whiten(box.left - thickness, box.top, box.left, box.bottom);
  whiten(box.right, box.top, box.right + thickness, box.bottom);
  whiten(box.left - thickness, box.top - thickness, box.right + thickness, box.top);
  whiten(box.left - thickness, box.bottom, box.right + thickness, box.bottom + thickness);
}
