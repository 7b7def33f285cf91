import fc from 'fast-check';
import type { Tensor } from '../../../src/shared/tensor';
import { elementCount, int64Tensor } from '../../../src/shared/tensor';
import type { VjpCase } from '../support/vjp-check';
import { randomTensor } from '../support/vjp-check';
import { axisOf, bytes, dims, integers, setting, wholeNumbers } from './draws';
import { linear } from './structure.rows';
import type { Row } from './test-rows';

/** Indices into an axis of n, from either end, with repetition. */
const indices = (d: readonly number[], n: number, seed: number): Tensor =>
  int64Tensor(d, wholeNumbers(elementCount(d), seed, -n, n - 1));

/** Tuples of places in the axes `n`: [...d, n.length]; all different where asked. */
function places(d: readonly number[], n: readonly number[], seed: number, distinct = false): Tensor {
  const all = elementCount(n);
  const count = elementCount(d);
  const start = wholeNumbers(1, seed, 0, all - 1)[0];
  const flat = distinct
    ? Array.from({ length: count }, (_, i) => (start + i) % all)
    : wholeNumbers(count, seed, 0, all - 1);
  const tuple = (place: number) => n.map((size, axis) => Math.floor(place / elementCount(n.slice(axis + 1))) % size);
  return int64Tensor([...d, n.length], flat.flatMap(tuple));
}

const fedOrNot = fc.constantFrom<readonly number[] | undefined>(undefined, [1]);

export const gatherRows: readonly Row[] = [
  {
    name: 'Gather with indices of any rank, repeated and negative',
    runs: 40,
    draw: dims(1, 4).chain((d) =>
      fc
        .tuple(axisOf(d.length), dims(0, 3), setting, fedOrNot, fc.boolean())
        .map(([axis, i, s, fed, small]): VjpCase => {
          const at = indices(i, d.at(axis)!, s.seed);
          return {
            op: 'Gather',
            inputs: [randomTensor(d, s.seed), small ? integers('int32', at.dims, Array.from(at.data, Number)) : at],
            attributes: { axis },
            fed,
            ...linear,
            ...s,
          };
        }),
    ),
  },
  {
    name: 'Gather of a run of constant indices',
    runs: 20,
    draw: dims(1, 4, 5).chain((d) =>
      fc.tuple(axisOf(d.length), fc.nat(9), fc.nat(9), fc.boolean(), setting).map(([axis, a, b, negative, s]) => {
        const n = d.at(axis)!;
        const from = a % n;
        const count = 1 + (b % (n - from));
        return {
          op: 'Gather',
          inputs: [
            randomTensor(d, s.seed),
            int64Tensor(
              [count],
              Array.from({ length: count }, (_, i) => from + i - (negative ? n : 0)),
            ),
          ],
          attributes: { axis },
          ...linear,
          ...s,
        };
      }),
    ),
  },
  {
    name: 'GatherElements',
    runs: 20,
    draw: dims(1, 4).chain((d) =>
      fc.tuple(axisOf(d.length), fc.integer({ min: 1, max: 4 }), setting, fedOrNot).map(([axis, n, s, fed]) => ({
        op: 'GatherElements',
        inputs: [randomTensor(d, s.seed), indices(d.with(axis, n), d.at(axis)!, s.seed)],
        attributes: { axis },
        fed,
        ...linear,
        ...s,
      })),
    ),
  },
  {
    name: 'GatherND with batch axes',
    runs: 20,
    draw: fc
      .tuple(fc.nat(2), fc.integer({ min: 1, max: 2 }), dims(0, 2), dims(0, 1), setting, fedOrNot)
      .map(([batch, depth, more, rest, s, fed]) => {
        const batches = [2, 3].slice(0, batch);
        const n = [3, 2].slice(0, depth);
        return {
          op: 'GatherND',
          inputs: [randomTensor([...batches, ...n, ...rest], s.seed), places([...batches, ...more], n, s.seed)],
          attributes: { batch_dims: batch },
          fed,
          ...linear,
          ...s,
        };
      }),
  },
  {
    name: 'ScatterND',
    runs: 20,
    draw: fc
      .tuple(fc.boolean(), fc.integer({ min: 1, max: 2 }), dims(0, 1), dims(0, 2), setting, fedOrNot)
      .map(([adds, depth, i, rest, s, fed]) => {
        const n = [4, 2].slice(0, depth);
        return {
          op: 'ScatterND',
          inputs: [
            randomTensor([...n, ...rest], s.seed),
            places(i, n, s.seed, true),
            randomTensor([...i, ...rest], s.seed + 1),
          ],
          attributes: adds ? { reduction: 'add' } : undefined,
          fed,
          ...linear,
          ...s,
        };
      }),
  },
  {
    name: 'ScatterElements',
    runs: 20,
    draw: dims(1, 3, 4).chain((d) =>
      fc
        .tuple(axisOf(d.length), fc.boolean(), fc.boolean(), setting, fedOrNot)
        .map(([axis, adds, negative, s, fed]) => {
          const n = d.at(axis)!;
          const part = d.with(axis, Math.max(1, n - 1));
          const behind = elementCount(part.slice(axis < 0 ? axis + d.length + 1 : axis + 1));
          const at = Array.from(
            { length: elementCount(part) },
            (_, i) => ((Math.floor(i / behind) + s.seed) % n) - (negative ? n : 0),
          );
          return {
            op: 'ScatterElements',
            inputs: [
              randomTensor(d, s.seed),
              int64Tensor(part, adds ? wholeNumbers(elementCount(part), s.seed, -n, n - 1) : at),
              randomTensor(part, s.seed + 1),
            ],
            attributes: { axis, ...(adds && { reduction: 'add' }) },
            fed,
            ...linear,
            ...s,
          };
        }),
    ),
  },
  {
    name: 'Compress',
    runs: 20,
    draw: dims(1, 4).chain((d) =>
      fc.tuple(fc.option(axisOf(d.length), { nil: null }), setting, fedOrNot).map(([axis, s, fed]) => {
        const n = axis === null ? elementCount(d) : d.at(axis)!;
        const kept = wholeNumbers(n, s.seed, 0, 1).with(0, 1);
        return {
          op: 'Compress',
          inputs: [randomTensor(d, s.seed), bytes('bool', [n], kept)],
          attributes: axis === null ? undefined : { axis },
          fed,
          ...linear,
          ...s,
        };
      }),
    ),
  },
];
