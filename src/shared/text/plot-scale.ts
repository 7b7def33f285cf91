/** The vertical axis of a plot. */
export interface PlotScale {
  readonly low: number;
  readonly high: number;
  /** Round numbers from `low` to `high`. */
  readonly ticks: readonly number[];
}

/**
 * A scale that holds all the values, with about four round ticks.
 *
 * @param options.zero 0 is on the scale whatever the values are
 */
export function plotScale(values: readonly ArrayLike<number>[], { zero }: { readonly zero: boolean }): PlotScale {
  let [low, high] = zero ? [0, 0] : [Infinity, -Infinity];
  for (const list of values)
    for (let i = 0; i < list.length; i++) {
      const value = list[i]!;
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (low > high) [low, high] = [0, 1];
  // A flat line lies in the middle, or at the bottom where that is zero.
  if (low === high) [low, high] = low === 0 ? [0, 1] : [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
  const step = niceStep((high - low) / 3);
  const [first, last] = [Math.floor(low / step + slack), Math.ceil(high / step - slack)];
  // A multiple of the step, not a sum of steps: 0.1 + 0.2 is no round number.
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => round((first + i) * step, step));
  return { low: ticks[0]!, high: ticks.at(-1)!, ticks };
}

/** In steps: a value that a rounding error has put beyond a tick needs no further one. */
const slack = 1e-9;

/** 1, 2 or 5 times a power of ten: the nearest that is not far below. */
function niceStep(step: number): number {
  const ten = 10 ** Math.floor(Math.log10(step));
  const part = step / ten;
  return (part > 7 ? 10 : part > 3.5 ? 5 : part > 1.5 ? 2 : 1) * ten;
}

function round(value: number, step: number): number {
  const digits = Math.max(0, 1 - Math.floor(Math.log10(step)));
  return digits > 20 ? value : Number(value.toFixed(digits));
}

/** A tick as its step needs it: "0.05" beside "0.10", "−20" beside "20". */
export function tickText(tick: number, { ticks }: PlotScale): string {
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : 1;
  const largest = Math.max(...ticks.map(Math.abs));
  if (largest >= 1e5 || largest < 1e-3)
    return tick === 0 ? '0' : tick.toExponential(1).replace('-', '−').replace('e−', 'e-');
  const digits = Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + slack)));
  return tick.toFixed(digits).replace('-', '−');
}
