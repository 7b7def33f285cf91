import type { PlotScale } from './plot-scale';

/** Where a plot over positions from left to right lies, in pixels: the frame of its lines, and the room around it. */
export interface PlotPlace {
  readonly width: number;
  readonly height: number;
  /** Of the frame. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly count: number;
  readonly scale: PlotScale;
  /** Positions at the very ends of the frame (a line), or in the middle of their own part of it (bars). */
  readonly ends: boolean;
}

/** Between two positions. */
export const plotStep = ({ left, right, count, ends }: PlotPlace): number =>
  ends ? (count > 1 ? (right - left) / (count - 1) : 0) : (right - left) / Math.max(1, count);

export function plotX(place: PlotPlace, index: number): number {
  const { left, right, count, ends } = place;
  const step = plotStep(place);
  if (ends) return count > 1 ? left + index * step : (left + right) / 2;
  return left + (index + 0.5) * step;
}

export function plotY({ top, bottom, scale: { low, high } }: PlotPlace, value: number): number {
  return bottom - ((value - low) / (high - low)) * (bottom - top);
}

/** The position nearest to a pixel. */
export function plotIndex(place: PlotPlace, x: number): number {
  const { left, count, ends } = place;
  const step = plotStep(place);
  const at = step === 0 ? 0 : ends ? Math.round((x - left) / step) : Math.floor((x - left) / step);
  return Math.min(count - 1, Math.max(0, at));
}

/** An SVG path through the values; what is no number leaves a gap. */
export function plotLine(place: PlotPlace, values: ArrayLike<number>): string {
  let path = '';
  let gap = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      gap = true;
      continue;
    }
    path += `${gap ? 'M' : 'L'}${tenth(plotX(place, i))} ${tenth(plotY(place, value))}`;
    gap = false;
  }
  return path;
}

/** From zero, or from the end of the scale that is nearer to it, to the value. */
export function plotBar(
  place: PlotPlace,
  index: number,
  value: number,
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const { low, high } = place.scale;
  const zero = plotY(place, Math.min(high, Math.max(low, 0)));
  const end = Number.isFinite(value) ? plotY(place, value) : zero;
  const step = plotStep(place);
  const width = Math.max(0.5, step > 6 ? step - 2 : step * 0.8);
  return { x: plotX(place, index) - width / 2, y: Math.min(zero, end), width, height: Math.abs(end - zero) };
}

const tenth = (value: number): number => Math.round(value * 10) / 10;
