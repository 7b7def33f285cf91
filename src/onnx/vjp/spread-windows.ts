import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import type { Window } from '../shapes/window';
import { windowOf } from '../shapes/window';
import { constant } from '../graph/tensor';
import { foldChannels } from './leading';
import { rankOf, refuse } from './rule';
import type { Size } from './size';
import { fixed, larger, list, minus, plus, size, sizeOf, times } from './size';

/** A window of known size. */
export interface KnownWindow extends Window {
  readonly kernel: readonly number[];
}

export function knownWindow(node: Node, x: Value, w?: Value): KnownWindow {
  const axes = rankOf(node, x) - 2;
  const kernel = node.ints('kernel_shape') ?? w?.shape?.slice(2) ?? [];
  const numbers = kernel.filter((k) => typeof k === 'number');
  if (numbers.length !== axes) return refuse(node, 'the size of its window is known at run time only');
  return { ...windowOf(node, axes, numbers), kernel: numbers };
}

export const extent = (w: KnownWindow, i: number): number => w.dilations[i] * (w.kernel[i] - 1) + 1;

/** x̄ of y = windows of x times w: every ȳ is spread over its window, and what fell on padding is cut.
 * @param ȳ [K·N, M, …y's sizes]
 * @param w [M, C/group, …kernel]
 * @returns [K·N, C, …x's sizes]
 */
export function spreadWindows(
  g: Builder,
  ȳ: Value,
  w: Value,
  window: KnownWindow,
  { x, y, group = 1 }: { readonly x: Value; readonly y: Value; readonly group?: number },
): Value {
  const { kernel, strides, dilations, pads, autoPad, ceil } = window;
  const padded = autoPad === 'NOTSET';
  const axes = kernel.map((_, i) => {
    const [n, stride] = [sizeOf(g, x, 2 + i), fixed(g, strides[i])];
    const steps = minus(g, sizeOf(g, y, 2 + i), fixed(g, 1));
    const covered = plus(g, times(g, steps, stride), fixed(g, extent(window, i)));
    const begin = autoPad.startsWith('SAME')
      ? half(g, larger(g, minus(g, covered, n), fixed(g, 0)), autoPad === 'SAME_LOWER')
      : fixed(g, padded ? pads[i] : 0);
    // Windows that move by one end where the padding ends.
    const end =
      strides[i] === 1 && !ceil && !autoPad.startsWith('SAME')
        ? fixed(g, padded ? pads[i + kernel.length] : 0)
        : minus(g, minus(g, covered, begin), n);
    const [b, e] = [begin.dim, end.dim];
    if (typeof b === 'number' && typeof e === 'number')
      return { pads: [b, Math.max(0, e)], more: Math.max(0, -e), cut: undefined };
    return { pads: [0, 0], more: strides[i] - 1, cut: { axis: 2 + i, from: begin, to: plus(g, begin, n) } };
  });
  const whole = g.op('ConvTranspose', [ȳ, w], {
    kernel_shape: kernel,
    strides,
    dilations,
    group,
    pads: [0, 1].flatMap((side) => axes.map((a) => a.pads[side])),
    output_padding: axes.map((a) => a.more),
  });
  const cuts = axes.flatMap(({ cut }) => cut ?? []);
  if (cuts.length === 0) return whole;
  const bounds = [cuts.map((c) => c.from), cuts.map((c) => c.to)].map((b) => list(g, b));
  return g.op('Slice', [whole, ...bounds, g.ints(cuts.map((c) => c.axis))]);
}

export function half(g: Builder, total: Size, up: boolean): Size {
  const dim = typeof total.dim === 'number' ? (up ? Math.ceil : Math.floor)(total.dim / 2) : undefined;
  return size(g, dim, () => g.div(up ? g.add(total.value(), g.ints([1])) : total.value(), g.ints([2])));
}

/** Windows that add up what is in them, each channel alone: [K, N, C, …y's sizes] → [K·N·C, 1, …x's sizes]. */
export function spreadSums(g: Builder, ȳ: Value, window: KnownWindow, x: Value, y: Value): Value {
  const count = window.kernel.reduce((a, b) => a * b, 1);
  const ones = g.tensor(constant('float32', [1, 1, ...window.kernel], new Array<number>(count).fill(1)));
  return spreadWindows(g, foldChannels(g, ȳ), ones, window, { x, y });
}
