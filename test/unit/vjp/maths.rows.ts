import fc from 'fast-check';
import { floatTensor } from '../../../src/shared/tensor';
import { randomTensor } from '../support/vjp-check';
import {
  awayFrom,
  axisOf,
  broadcastable,
  bytes,
  dims,
  distinctTensors,
  integers,
  setting,
  unary,
  wholeNumbers,
} from './draws';
import type { Row } from './test-rows';

const float = (x: number) => ({ float: x });

const elementwise: readonly Row[] = [
  unary('Abs', [-1, 1], { kinks: [0] }),
  unary('Exp', [-2, 2]),
  unary('Log', [0.3, 3]),
  unary('Erf', [-2, 2]),
  unary('Neg', [-1, 1]),
  unary('Reciprocal', [0.4, 2]),
  unary('Sqrt', [0.3, 3]),
  unary('Sin', [-3, 3]),
  unary('Cos', [-3, 3]),
  unary('Tan', [-1.2, 1.2]),
  unary('Asin', [-0.9, 0.9]),
  unary('Acos', [-0.9, 0.9]),
  unary('Atan', [-2, 2]),
  unary('Sinh', [-2, 2]),
  unary('Cosh', [-2, 2]),
  unary('Tanh', [-2, 2]),
  unary('Asinh', [-2, 2]),
  unary('Acosh', [1.3, 4]),
  unary('Atanh', [-0.8, 0.8]),
  unary('Sigmoid', [-3, 3]),
  unary('HardSigmoid', [-4, 4], { kinks: [-2.5, 2.5] }),
  unary('HardSigmoid', [-4, 4], { attributes: { alpha: float(0.25), beta: float(0.5) }, kinks: [-2, 2] }),
  unary('Softplus', [-3, 3]),
  unary('Softsign', [-3, 3]),
  unary('Relu', [-1, 1], { kinks: [0] }),
  unary('LeakyRelu', [-1, 1], { kinks: [0] }),
  unary('LeakyRelu', [-1, 1], { attributes: { alpha: float(0.3) }, kinks: [0] }),
  unary('ThresholdedRelu', [-1, 3], { kinks: [1] }),
  unary('ThresholdedRelu', [-1, 1], { attributes: { alpha: float(0.2) }, kinks: [0.2] }),
  unary('Elu', [-2, 2], { kinks: [0] }),
  unary('Elu', [-2, 2], { attributes: { alpha: float(0.7) }, kinks: [0] }),
  unary('Selu', [-2, 2], { kinks: [0] }),
  unary('Selu', [-2, 2], { attributes: { alpha: float(1.1), gamma: float(0.8) }, kinks: [0] }),
  unary('Celu', [-2, 2], { kinks: [0] }),
  unary('Celu', [-2, 2], { attributes: { alpha: float(1.7) }, kinks: [0] }),
  unary('HardSwish', [-5, 5], { kinks: [-3, 3] }),
  unary('Mish', [-3, 3]),
  unary('Swish', [-3, 3], { opset: 24 }),
  unary('Swish', [-3, 3], { attributes: { alpha: float(1.5) }, opset: 24 }),
  unary('Gelu', [-3, 3], { opset: 20 }),
  unary('Gelu', [-3, 3], { attributes: { approximate: 'tanh' }, opset: 20 }),
  unary('com.microsoft:Gelu', [-3, 3]),
  unary('com.microsoft:QuickGelu', [-3, 3]),
  unary('com.microsoft:QuickGelu', [-3, 3], { attributes: { alpha: float(1.2) } }),
  unary('com.microsoft:FastGelu', [-3, 3], { minRank: 1 }),
  unary('Identity', [-1, 1]),
  unary('Dropout', [-1, 1]),
  unary('Cast', [-1, 1], { attributes: { to: 1 } }),
];

/** An operator of two operands that broadcast both ways. */
const binary = (op: string, range: readonly [number, number], attributes?: Record<string, number>): Row => ({
  name: `${op}, broadcast`,
  runs: 16,
  draw: fc.tuple(broadcastable(2), setting, fc.boolean()).map(([shapes, s, unknownShapes]) => ({
    op,
    inputs: shapes.map((d, i) => randomTensor(d, s.seed + i, ...range)),
    attributes,
    unknownShapes,
    ...s,
  })),
});

const broadcasting: readonly Row[] = [
  binary('Add', [-1, 1]),
  binary('Sub', [-1, 1]),
  binary('Mul', [-1, 1]),
  binary('Div', [0.5, 2]),
  binary('Pow', [0.5, 2]),
  {
    name: 'Mod of floats',
    runs: 8,
    draw: fc.tuple(dims(1, 3), setting).map(([d, s]) => ({
      op: 'Mod',
      // a = b (n + f) with f away from 0 and 1
      inputs: [awayFrom(randomTensor(d, s.seed, 2.1, 2.9), []), randomTensor([1], s.seed, 1, 1)],
      attributes: { fmod: 1 },
      ...s,
    })),
  },
  {
    name: 'Pow by a constant',
    runs: 24,
    draw: fc
      .tuple(
        dims(),
        setting,
        fc.constantFrom(0, 0.5, 1, 2, 3, -0.5, -1, 1.7, -2.5, 4),
        fc.constantFrom('float32', 'int64'),
        fc.boolean(),
      )
      .map(([d, s, e, dtype, scalar]) => ({
        op: 'Pow',
        inputs: [
          randomTensor(d, s.seed, 0.4, 2),
          dtype === 'int64' && Number.isInteger(e)
            ? integers('int64', scalar ? [] : [1], [e])
            : floatTensor(scalar ? [] : [1], Float32Array.of(e)),
        ],
        wrt: [0],
        ...s,
      })),
  },
  {
    name: 'Pow by whole constants at and below 0',
    runs: 6,
    draw: fc.tuple(setting, fc.constantFrom(0, 1, 2, 3, 4)).map(([s, e]) => ({
      op: 'Pow',
      inputs: [floatTensor([4], Float32Array.of(0, -1, 0, -0.5)), floatTensor([], Float32Array.of(e))],
      wrt: [0],
      ...s,
    })),
  },
  {
    name: 'Pow by a tensor of whole numbers',
    runs: 4,
    draw: setting.map((s) => ({
      op: 'Pow',
      inputs: [randomTensor([2, 4], s.seed, 0.4, 2), integers('int64', [4], [0, 1, 2, 3])],
      wrt: [0],
      ...s,
    })),
  },
  {
    name: 'Pow by ½ at 0: no gradient',
    runs: 2,
    draw: setting.map((s) => ({
      op: 'Pow',
      inputs: [floatTensor([3], new Float32Array(3)), floatTensor([], Float32Array.of(0.5))],
      wrt: [0],
      reference: () => [floatTensor([3], new Float32Array(3))],
      ...s,
    })),
  },
  {
    name: 'Sqrt at 0: no gradient',
    runs: 2,
    draw: setting.map((s) => ({
      op: 'Sqrt',
      inputs: [floatTensor([3], new Float32Array(3))],
      reference: () => [floatTensor([3], new Float32Array(3))],
      ...s,
    })),
  },
  {
    name: 'PRelu, slope broadcast',
    draw: fc.tuple(broadcastable(2), setting).map(([[a, b], s]) => {
      const full = a.length >= b.length ? a.map((d, i) => Math.max(d, b[i - a.length + b.length] ?? 1)) : b;
      return {
        op: 'PRelu',
        inputs: [awayFrom(randomTensor(full, s.seed), [0]), randomTensor(b, s.seed + 1)],
        ...s,
      };
    }),
  },
  ...(['Max', 'Min'] as const).map((op): Row => ({
    name: `${op} of one to three, broadcast`,
    draw: fc.tuple(broadcastable(3), fc.integer({ min: 1, max: 3 }), setting).map(([shapes, n, s]) => ({
      op,
      inputs: distinctTensors(shapes.slice(0, n), s.seed),
      ...s,
    })),
  })),
  ...(['Max', 'Min'] as const).map((op): Row => ({
    name: `${op} where two tie: half each`,
    runs: 4,
    // The central difference at a tie is one half too.
    draw: setting.map((s) => ({ op, inputs: [randomTensor([3], s.seed), randomTensor([3], s.seed)], ...s })),
  })),
  ...(['Sum', 'Mean'] as const).map((op): Row => ({
    name: `${op} of one to three, broadcast`,
    draw: fc.tuple(broadcastable(3), fc.integer({ min: 1, max: 3 }), setting).map(([shapes, n, s]) => ({
      op,
      inputs: shapes.slice(0, n).map((d, i) => randomTensor(d, s.seed + i)),
      ...s,
    })),
  })),
  {
    name: 'Where, broadcast three ways',
    draw: fc.tuple(broadcastable(3), setting).map(([[c, a, b], s]) => ({
      op: 'Where',
      inputs: [
        bytes(
          'bool',
          c,
          wholeNumbers(
            c.reduce((n, d) => n * d, 1),
            s.seed,
            0,
            1,
          ),
        ),
        randomTensor(a, s.seed + 1),
        randomTensor(b, s.seed + 2),
      ],
      wrt: [1, 2],
      ...s,
    })),
  },
  {
    name: 'Clip with any of its bounds',
    draw: fc.tuple(dims(), setting, fc.boolean(), fc.boolean()).map(([d, s, low, high]) => ({
      op: 'Clip',
      inputs: [
        awayFrom(randomTensor(d, s.seed), [-0.4, 0.3]),
        low ? floatTensor([], Float32Array.of(-0.4)) : null,
        high ? floatTensor([], Float32Array.of(0.3)) : null,
      ],
      ...s,
    })),
  },
  {
    name: 'BiasGelu and FastGelu with a bias',
    draw: fc
      .tuple(dims(1, 4), setting, fc.constantFrom('com.microsoft:BiasGelu', 'com.microsoft:FastGelu'))
      .map(([d, s, op]) => ({
        op,
        inputs: [randomTensor(d, s.seed, -2, 2), randomTensor(d.slice(-1), s.seed + 1)],
        ...s,
      })),
  },
  {
    name: 'CumSum',
    runs: 20,
    draw: dims(1, 4).chain((d) =>
      fc.tuple(axisOf(d.length), fc.nat(1), fc.nat(1), setting).map(([axis, exclusive, reverse, s]) => ({
        op: 'CumSum',
        inputs: [randomTensor(d, s.seed), integers('int64', [], [axis])],
        attributes: { exclusive, reverse },
        ...s,
      })),
    ),
  },
  {
    name: 'LogSoftmax over any axis',
    draw: dims(1, 4).chain((d) =>
      fc.tuple(axisOf(d.length), setting).map(([axis, s]) => ({
        op: 'LogSoftmax',
        inputs: [randomTensor(d, s.seed)],
        attributes: { axis },
        ...s,
      })),
    ),
  },
];

export const mathsRows: readonly Row[] = [...elementwise, ...broadcasting];
