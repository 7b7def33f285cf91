import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import { constant } from '../graph/tensor';
import { unfoldLeading } from './leading';
import type { Vjp } from './rule';
import { rankOf } from './rule';
import { fixed, list, product, sizeOf, sizesOf } from './size';

/**
 * GridSample, y_p = Σ_t w_t(p) x_{t(p)} over the pixels t around each point p of the grid; w is a product of one weight per axis.
 * x̄_j = Σ_{p, t: t(p) = j} w_t(p) ȳ_p; the grid's cotangent along an axis is Σ_channels ȳ_p Σ_t w′_t(p) x_{t(p)}.
 */
export const gridSample: Vjp = {
  op: 'GridSample',
  cotangents({ g, node, x: [x, grid], ȳ }) {
    const axes = Array.from({ length: rankOf(node, x) - 2 }, (_, i) => i);
    const taps = () => axes.map((i) => around(g, node, x, grid, i, axes.length));
    const flatPoints = () => g.reshape(ȳ, [0, 0, 0, -1]);
    return [
      () => {
        const around = taps();
        const weights = g.unsqueeze(around.map((t) => t.weight).reduce(g.mul), [1]);
        const points = g.unsqueeze(
          flatPoints(),
          axes.map((i) => i - axes.length),
        );
        const updates = g.reshape(g.mul(points, weights), [0, 0, 0, -1]);
        const places = g.expand(flatIndex(g, x, around), g.shape(updates));
        const zeros = g.fill(list(g, [...sizesOf(g, ȳ, 0, 3), product(g, sizesOf(g, x, 2))]), 0);
        return unfoldLeading(g, g.op('ScatterElements', [zeros, places, updates], { axis: 3, reduction: 'add' }), ȳ, x);
      },
      () => {
        const around = taps();
        const channels = list(g, [fixed(g, 1), sizeOf(g, x, 1), fixed(g, 1)]);
        const places = g.expand(flatIndex(g, x, around), channels);
        const pixels = g.op('GatherElements', [g.reshape(x, [0, 0, -1]), places], { axis: 2 });
        const count = kernelOf(node).offsets.length ** axes.length;
        const along = axes.map((axis) => {
          const slopes = around.map((t, i) => (i === axis ? t.slope : t.weight)).reduce(g.mul);
          const terms = g.mul(pixels, g.unsqueeze(g.reshape(slopes, [0, -1]), [1]));
          const change = g.reduceSum(g.reshape(terms, [0, 0, -1, count]), [3]);
          return g.unsqueeze(g.reduceSum(g.mul(flatPoints(), change), [2]), [3 - 1]);
        });
        // The grid names the last axis first.
        return unfoldLeading(g, g.transpose(g.concat(along.reverse(), 2), [0, 1, 3, 2]), ȳ, grid);
      },
    ];
  },
};

export const gridSampleContrib: Vjp = { ...gridSample, op: 'com.microsoft:GridSample' };

/** The pixels that a point reads along one axis: [N, points, taps], with ones for the taps of the other axes. */
interface Taps {
  readonly pixel: Value;
  readonly weight: Value;
  /** The weight's derivative by the grid's number. */
  readonly slope: Value;
}

/** Offsets of the pixels from the point's own, and each weight as a polynomial of its distance, highest power first. */
interface Kernel {
  readonly offsets: readonly number[];
  readonly polynomial: readonly (readonly number[])[];
}

const nearest: Kernel = { offsets: [0], polynomial: [[0], [1]] };
const linear: Kernel = {
  offsets: [0, 1],
  polynomial: [
    [-1, -1],
    [1, 1],
  ],
};
/** Keys' cubic convolution, a = −3/4: (a + 2)s³ − (a + 3)s² + 1 near, a(s³ − 5s² + 8s − 4) far. */
const cubic: Kernel = {
  offsets: [-1, 0, 1, 2],
  polynomial: [
    [-0.75, 1.25, 1.25, -0.75],
    [3.75, -2.25, -2.25, 3.75],
    [-6, 0, 0, -6],
    [3, 1, 1, 3],
  ],
};

function kernelOf(node: Node): Kernel {
  const mode = node.string('mode', 'linear');
  return mode === 'nearest' ? nearest : mode.endsWith('cubic') ? cubic : linear;
}

function around(g: Builder, node: Node, x: Value, grid: Value, axis: number, axes: number): Taps {
  const aligned = node.int('align_corners', 0) === 1;
  const size = sizeOf(g, x, 2 + axis);
  const n = typeof size.dim === 'number' ? g.scalar(size.dim) : g.cast(size.value(), 'float32');
  const last = g.sub(n, g.scalar(1));
  const number = g.reshape(g.gather(grid, g.scalar(axes - 1 - axis, 'int64'), -1), [0, -1, 1]);
  const shifted = g.add(number, g.scalar(1));
  // In the order that the runtime computes it: where a point is halfway between pixels, rounding decides.
  const point = aligned ? g.mul(g.scale(shifted, 0.5), last) : g.scale(g.sub(g.mul(shifted, n), g.scalar(1)), 0.5);
  const perNumber = g.scale(aligned ? last : n, 0.5);

  const { offsets, polynomial } = kernelOf(node);
  const vector = (values: readonly number[]) => g.tensor(constant('float32', [values.length], values));
  const own = g.op(offsets.length === 1 ? 'Round' : 'Floor', [point]);
  const pixel = g.add(own, vector(offsets));
  const side = vector(offsets.map((o) => (o > 0 ? -1 : 1)));
  const distance = g.mul(g.sub(point, pixel), side);
  const horner = (p: Kernel['polynomial']) =>
    p.slice(1).reduce((sum, c) => g.add(g.mul(sum, distance), vector(c)), vector(p[0]));
  const derivative = polynomial.slice(0, -1).map((c, i) => c.map((v) => v * (polynomial.length - 1 - i)));

  const mode = node.string('padding_mode', 'zeros');
  const inside = () =>
    g.cast(g.op('And', [g.op('GreaterOrEqual', [pixel, g.scalar(0)]), g.op('LessOrEqual', [pixel, last])]), 'float32');
  const shown = (w: Value) => (mode === 'zeros' ? g.mul(w, inside()) : w);
  const reflected = mode === 'reflection' ? reflect(g, pixel, aligned ? last : n, aligned ? 0 : -0.5) : pixel;
  const clamped = g.op('Max', [g.op('Min', [reflected, last]), g.scalar(0)]);
  const others = Array.from({ length: axes }, (_, i) => i - axes).filter((i) => i !== axis - axes);
  return {
    pixel: g.unsqueeze(g.cast(clamped, 'int64'), others),
    weight: g.unsqueeze(shown(horner(polynomial)), others),
    slope: g.unsqueeze(g.mul(shown(g.mul(horner(derivative), side)), perNumber), others),
  };
}

/** Back and forth between two mirrors `range` apart, the first one at `from`. */
function reflect(g: Builder, pixel: Value, range: Value, from: number): Value {
  const period = g.scale(g.op('Max', [range, g.scalar(1)]), 2);
  const beyond = g.op('Mod', [g.op('Abs', [g.sub(pixel, g.scalar(from))]), period], { fmod: 1 });
  return g.add(g.op('Min', [beyond, g.sub(period, beyond)]), g.scalar(from));
}

/** Places in x's flattened spatial axes, [N, 1, points·taps]. */
function flatIndex(g: Builder, x: Value, taps: readonly Taps[]): Value {
  const sum = taps
    .map((t, i) => {
      const stride = product(g, sizesOf(g, x, 3 + i));
      return stride.dim === 1 ? t.pixel : g.mul(t.pixel, stride.value());
    })
    .reduce(g.add);
  return g.unsqueeze(g.reshape(sum, [0, -1]), [1]);
}
