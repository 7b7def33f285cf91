import type { Rect } from './explanation';
import { insideImage, type Grid, type Size } from './geometry';

/** A map of values over a part of a picture, before it has colours. */
export interface HeatField {
  /** [rows, columns]. */
  readonly map: ArrayLike<number>;
  readonly grid: Grid;
  /** The part of the picture that the grid covers, in its pixels; it may be fractional and reach beyond the picture. */
  readonly crop: Rect;
  /** The value that has the last colour; see `heatTop`. Not positive: nothing is drawn. */
  readonly top: number;
  /** Colours are centred on 0 and run from −top to top; otherwise from 0 to top. */
  readonly signed: boolean;
  /** Bilinear between patch centres (align_corners = false), or each patch as the square that it is. */
  readonly smooth: boolean;
}

/** Whole pixels, right and bottom excluded. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The pixels whose centres lie in the crop and in the picture. */
export function visibleCrop(crop: Rect, picture: Size): PixelBox {
  const { x, y, width, height } = insideImage(crop, picture);
  return { left: Math.round(x), top: Math.round(y), right: Math.round(x + width), bottom: Math.round(y + height) };
}

/** Steps from the lowest value to the highest: more than a colour table's 256, so that the alpha has no visible rings. */
export const heatSteps = 1024;

/** Where a step lies: 0 … 1 from nothing to the top, for signed fields by magnitude. */
export const stepStrength = (step: number, signed: boolean): number =>
  signed ? Math.abs((2 * step) / heatSteps - 1) : step / heatSteps;

/**
 * Calls `line` for each line y of the box with the steps of its pixels, left to right, 0 … {@link heatSteps}; the array is reused. A value
 * that is no number is the step of zero. `repeated`: as the line before. No call where there is nothing to draw.
 */
export function heatLines(
  field: HeatField,
  box: PixelBox,
  line: (y: number, steps: Uint16Array, repeated: boolean) => void,
): void {
  if (!(field.top > 0) || !Number.isFinite(field.top)) return;
  const { map, crop } = field;
  const [rows, columns] = field.grid;
  const xs = axisSamples(box.left, box.right, crop.x, crop.width, columns, field.smooth);
  const ys = axisSamples(box.top, box.bottom, crop.y, crop.height, rows, field.smooth);
  // From a value to its step: [0, top] or [−top, top] onto [0, heatSteps].
  const gain = heatSteps / (field.signed ? 2 * field.top : field.top);
  const zero = field.signed ? heatSteps / 2 : 0;
  const across = new Float32Array(columns);
  const width = Math.max(0, box.right - box.left);
  const steps = new Uint16Array(width);

  for (let y = box.top; y < box.bottom; y++) {
    const at = y - box.top;
    const wy = ys.weight[at]!;
    const repeated = at > 0 && ys.low[at] === ys.low[at - 1] && wy === ys.weight[at - 1];
    if (!repeated) {
      const above = ys.low[at]! * columns;
      const below = ys.high[at]! * columns;
      for (let c = 0; c < columns; c++) {
        const value = map[above + c]! + wy * (map[below + c]! - map[above + c]!);
        across[c] = Number.isFinite(value) ? value * gain + zero : zero;
      }
      interpolate(across, xs, steps);
    }
    line(y, steps, repeated);
  }
}

/** One line: between the same two patches, the two are read once. */
function interpolate(across: Float32Array, { low, high, weight }: AxisSamples, steps: Uint16Array): void {
  for (let i = 0; i < steps.length;) {
    const patch = low[i]!;
    const from = across[patch]! + 0.5;
    const rise = across[high[i]!]! - across[patch]!;
    for (; i < steps.length && low[i] === patch; i++) {
      const level = from + weight[i]! * rise;
      steps[i] = level < 0 ? 0 : level > heatSteps ? heatSteps : level;
    }
  }
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
