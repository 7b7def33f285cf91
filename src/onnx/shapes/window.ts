import type { Dim, Shape } from '../graph/dims';
import { add, divide, multiply } from '../graph/dims';
import type { Node } from '../graph/graph';

/** How a window moves along the spatial axes. */
export interface Window {
  /** Undefined where the kernel's own size is unknown. */
  readonly kernel: readonly (Dim | undefined)[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** [begin…, end…] */
  readonly pads: readonly number[];
  readonly autoPad: string;
  readonly ceil: boolean;
}

export function windowOf(node: Node, axes: number, kernel: readonly (Dim | undefined)[]): Window {
  const list = (name: string, count: number, otherwise: number) => {
    const given = node.ints(name);
    return given?.length === count ? given : new Array<number>(count).fill(otherwise);
  };
  return {
    kernel,
    strides: list('strides', axes, 1),
    dilations: list('dilations', axes, 1),
    pads: list('pads', 2 * axes, 0),
    autoPad: node.string('auto_pad', 'NOTSET'),
    ceil: node.int('ceil_mode', 0) !== 0,
  };
}

/** How often the window fits along each spatial axis: ⌊(size + pads − dilation·(kernel − 1) − 1) / stride⌋ + 1. */
export function windows(spatial: Shape, w: Window): readonly (Dim | undefined)[] {
  return spatial.map((size, i) => {
    const [kernel, stride, dilation] = [w.kernel[i], w.strides[i], w.dilations[i]];
    if (stride <= 0) return undefined;
    if (w.autoPad.startsWith('SAME')) return divide(add(size, stride - 1), stride);
    if (typeof kernel !== 'number') return undefined;
    const [begin, end] = w.autoPad === 'VALID' ? [0, 0] : [w.pads[i], w.pads[i + spatial.length]];
    // (a / s) + 1 is (a + s) / s: a patch embedding then has the plain size H / 16.
    const numerator = add(size, begin + end - dilation * (kernel - 1) - 1 + stride);
    if (!w.ceil) return divide(numerator, stride);
    const count = divide(add(numerator, stride - 1), stride);
    // A window that would begin in the padding at the end is left out.
    if (end + stride <= dilation * (kernel - 1) + 1) return count;
    if (typeof count !== 'number' || typeof size !== 'number') return undefined;
    return (count - 1) * stride >= size + begin ? count - 1 : count;
  });
}

/** The way back: stride·(size − 1) + output_padding + dilation·(kernel − 1) + 1 − pads. */
export function spread(spatial: Shape, w: Window, outputPadding: readonly number[]): readonly (Dim | undefined)[] {
  return spatial.map((size, i) => {
    const [kernel, stride] = [w.kernel[i], w.strides[i]];
    if (w.autoPad.startsWith('SAME')) return multiply(size, stride);
    if (typeof kernel !== 'number') return undefined;
    const pads = w.autoPad === 'VALID' ? 0 : w.pads[i] + w.pads[i + spatial.length];
    return add(multiply(size, stride), (outputPadding[i] ?? 0) + w.dilations[i] * (kernel - 1) + 1 - pads - stride);
  });
}
