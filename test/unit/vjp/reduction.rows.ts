import fc from 'fast-check';
import { floatTensor } from '../../../src/shared/tensor';
import type { VjpCase } from '../support/vjp-check';
import { randomTensor } from '../support/vjp-check';
import { awayFrom, axesOf, dims, distinctTensors, integers, setting } from './draws';
import type { Row } from './test-rows';

type Make = (d: readonly number[], seed: number) => VjpCase['inputs'][number];

const positive: Make = (d, seed) => randomTensor(d, seed, 0.3, 1.5);
const signed: Make = (d, seed) => awayFrom(randomTensor(d, seed), [0]);
const distinct: Make = (d, seed) => distinctTensors([d], seed)[0];

const reduction = (op: string, make: Make): Row => ({
  name: `${op} over any axes`,
  runs: 20,
  draw: dims(1, 5).chain((d) =>
    fc
      .tuple(fc.option(axesOf(d.length), { nil: null }), fc.nat(1), fc.nat(1), setting)
      .map(([axes, keepdims, noop, s]) => ({
        op,
        inputs: [make(d, s.seed), axes && integers('int64', [axes.length], axes)],
        // What no axes and noop mean for the composite ones is not settled among runtimes.
        attributes: { keepdims, ...(axes && { noop_with_empty_axes: noop }) },
        // Negative axes need no rank.
        unknownShapes: s.seed % 3 === 0 && axes !== null && axes.every((a) => a < 0),
        ...s,
      })),
  ),
});

export const reductionRows: readonly Row[] = [
  reduction('ReduceSum', signed),
  reduction('ReduceMean', signed),
  reduction('ReduceMax', distinct),
  reduction('ReduceMin', distinct),
  reduction('ReduceProd', positive),
  reduction('ReduceL1', signed),
  reduction('ReduceL2', positive),
  reduction('ReduceSumSquare', signed),
  reduction('ReduceLogSum', positive),
  reduction('ReduceLogSumExp', signed),
  ...['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceProd'].map((op): Row => ({
    name: `${op} over nothing`,
    runs: 3,
    draw: fc.tuple(dims(1, 3), setting).map(([d, s]) => ({
      op,
      inputs: [distinct(d, s.seed)],
      attributes: { noop_with_empty_axes: 1 },
      ...s,
    })),
  })),
  {
    name: 'ReduceProd with one 0, and with two',
    runs: 8,
    draw: fc.tuple(fc.constantFrom([0], [0, 2]), setting).map(([zeros, s]) => {
      const x = randomTensor([2, 4], s.seed, 0.3, 1.5);
      for (const z of zeros) x.data[z] = 0;
      return { op: 'ReduceProd', inputs: [x, integers('int64', [1], [-1])], ...s };
    }),
  },
  {
    name: 'ReduceL2 of zeros: no gradient',
    runs: 2,
    draw: setting.map((s) => ({
      op: 'ReduceL2',
      inputs: [floatTensor([2, 3], new Float32Array(6)), integers('int64', [1], [1])],
      attributes: { keepdims: 0 },
      reference: () => [floatTensor([2], new Float32Array(2))],
      ...s,
    })),
  },
  {
    name: 'ReduceMax where three tie: a third each',
    runs: 4,
    draw: setting.map((s) => ({
      op: 'ReduceMax',
      inputs: [floatTensor([4], Float32Array.of(2, 1, 2, 2)), integers('int64', [1], [0])],
      attributes: { keepdims: 0 },
      reference: ([x]) => [
        floatTensor([], Float32Array.of((Number(x?.data[0]) + Number(x?.data[2]) + Number(x?.data[3])) / 3)),
      ],
      ...s,
    })),
  },
];
