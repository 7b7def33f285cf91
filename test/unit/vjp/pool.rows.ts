import fc from 'fast-check';
import { elementCount, int64Tensor } from '../../../src/shared/tensor';
import type { VjpCase } from '../support/vjp-check';
import { randomTensor } from '../support/vjp-check';
import { attributesOf, window } from './conv.rows';
import { awayFrom, dims, distinctTensors, setting } from './draws';
import { linear } from './structure.rows';
import type { Row } from './test-rows';

const spatial = dims(1, 3, 4).map((d) => [2, 3, ...d]);

export const poolRows: readonly Row[] = [
  {
    name: 'MaxPool with dilations, ceil_mode and any storage order',
    runs: 40,
    draw: fc.tuple(window(), fc.nat(1), fc.nat(1), fc.boolean(), setting).map(([w, ceil, order, told, s]): VjpCase => ({
      op: 'MaxPool',
      inputs: [distinctTensors([[2, 2, ...w.sizes]], s.seed)[0]],
      attributes: { ...attributesOf(w), storage_order: order, ...(!w.autoPad && { ceil_mode: ceil }) },
      outputs: told ? 2 : 1,
      ...s,
    })),
  },
  {
    name: 'AveragePool with every way to count',
    runs: 40,
    draw: fc
      .tuple(window(), fc.nat(1), fc.nat(1), fc.constantFrom(18, 19, 22), setting)
      .map(([w, ceil, include, opset, s]): VjpCase => {
        const { dilations, ...rest } = attributesOf(w);
        return {
          op: 'AveragePool',
          inputs: [randomTensor([2, 2, ...w.sizes], s.seed)],
          attributes: {
            ...rest,
            ...(opset >= 19 && { dilations }),
            count_include_pad: include,
            ...(!w.autoPad && { ceil_mode: ceil }),
          },
          opset,
          ...linear,
          ...s,
        };
      }),
  },
  {
    name: 'LpPool',
    runs: 40,
    draw: fc.tuple(window(), fc.integer({ min: 1, max: 3 }), fc.nat(1), setting).map(([w, p, ceil, s]): VjpCase => ({
      op: 'LpPool',
      inputs: [awayFrom(randomTensor([2, 2, ...w.sizes], s.seed), [0])],
      attributes: { ...attributesOf(w), p, ...(!w.autoPad && { ceil_mode: ceil }) },
      ...s,
    })),
  },
  ...['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'].map((op): Row => ({
    name: op,
    draw: fc.tuple(spatial, fc.integer({ min: 1, max: 3 }), setting).map(([d, p, s]) => ({
      op,
      inputs: [op === 'GlobalMaxPool' ? distinctTensors([d], s.seed)[0] : awayFrom(randomTensor(d, s.seed), [0])],
      attributes: op === 'GlobalLpPool' ? { p } : undefined,
      ...s,
    })),
  })),
  {
    name: 'MaxUnpool',
    draw: fc.tuple(dims(2, 3, 3), setting).map(([d, s]) => ({
      op: 'MaxUnpool',
      inputs: [
        randomTensor([1, 2, ...d], s.seed),
        int64Tensor(
          [1, 2, ...d],
          Array.from({ length: 2 * elementCount(d) }, (_, i) => 2 * i + (s.seed % 2)),
        ),
      ],
      attributes: { kernel_shape: d.map(() => 2), strides: d.map(() => 2) },
      ...linear,
      ...s,
    })),
  },
];
