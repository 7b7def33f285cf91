import fc from 'fast-check';
import type { Tensor } from '../../../src/shared/tensor';
import { int64Tensor } from '../../../src/shared/tensor';
import type { VjpCase } from '../support/vjp-check';
import { randomTensor } from '../support/vjp-check';
import { axesOf, axisOf, dims, distinctTensors, setting, wholeNumbers } from './draws';
import type { Row } from './test-rows';

/** Operators that only move or add numbers: a large step costs no accuracy. */
export const linear = { step: 0.5, tolerance: 5e-5 } as const;

const ints = (...values: number[]): Tensor => int64Tensor([values.length], values);

/** Sizes known, symbolic, or not told at all. */
const how = fc
  .record({ known: setting, told: fc.boolean() })
  .map(({ known, told }) => ({ ...known, unknownShapes: !told }));

/** A start or an end as exporters write them: from either end, beyond both. */
const bound = (n: number) =>
  fc.oneof(fc.integer({ min: -n - 2, max: n + 2 }), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1));

export const structureRows: readonly Row[] = [
  {
    name: 'Reshape to any order of sizes, with 0 and −1',
    draw: fc.tuple(dims(1, 5), how, fc.nat(2)).map(([d, s, kind]) => ({
      op: 'Reshape',
      inputs: [
        randomTensor(d, s.seed),
        kind === 0 ? ints(-1) : kind === 1 ? ints(...[...d].reverse()) : ints(0, -1, 1),
      ],
      ...linear,
      ...s,
    })),
  },
  {
    name: 'Flatten',
    draw: dims(1, 4).chain((d) =>
      fc.tuple(axisOf(d.length), how).map(([axis, s]) => ({
        op: 'Flatten',
        inputs: [randomTensor(d, s.seed)],
        attributes: { axis },
        ...linear,
        ...s,
      })),
    ),
  },
  {
    name: 'Transpose',
    draw: dims(1, 5).chain((d) =>
      fc
        .tuple(fc.shuffledSubarray([...d.keys()], { minLength: d.length }), fc.boolean(), setting)
        .map(([perm, given, s]) => ({
          op: 'Transpose',
          inputs: [randomTensor(d, s.seed)],
          attributes: given ? { perm } : undefined,
          ...linear,
          ...s,
        })),
    ),
  },
  {
    name: 'Squeeze',
    draw: fc.tuple(dims(1, 3), how, fc.boolean()).map(([d, s, all]) => ({
      op: 'Squeeze',
      inputs: [randomTensor([1, ...d, 1], s.seed), all ? null : ints(-1, 0)],
      ...linear,
      ...s,
    })),
  },
  {
    name: 'Unsqueeze',
    draw: dims(1, 5).chain((y) =>
      fc.tuple(axesOf(y.length), how).map(([axes, s]) => ({
        op: 'Unsqueeze',
        inputs: [
          randomTensor(
            y.filter((_, i) => !axes.includes(i) && !axes.includes(i - y.length)),
            s.seed,
          ),
          ints(...axes),
        ],
        ...linear,
        ...s,
      })),
    ),
  },
  {
    name: 'Expand',
    draw: fc
      .tuple(dims(0, 4), how, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), fc.boolean())
      .map(([d, s, ones, longer]) => {
        const from = d.map((n, i) => (ones[i] ? 1 : n));
        return {
          op: 'Expand',
          inputs: [randomTensor(from, s.seed), ints(...(longer ? [2] : []), ...d.map((n, i) => (ones[i] ? n : 1)))],
          ...linear,
          ...s,
        };
      }),
  },
  {
    name: 'Tile',
    draw: fc.tuple(dims(1, 4), setting, fc.boolean()).map(([d, s, fed]) => ({
      op: 'Tile',
      inputs: [randomTensor(d, s.seed), ints(...wholeNumbers(d.length, s.seed, 1, 3))],
      fed: fed ? [1] : undefined,
      ...linear,
      ...s,
    })),
  },
  {
    name: 'Concat',
    runs: 20,
    draw: dims(1, 4).chain((d) =>
      fc
        .tuple(axisOf(d.length), fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), setting)
        .map(([axis, sizes, s]) => ({
          op: 'Concat',
          inputs: sizes.map((n, i) => randomTensor(d.with(axis, n), s.seed + i)),
          attributes: { axis },
          ...linear,
          ...s,
        })),
    ),
  },
  {
    name: 'Split, of which some outputs are used',
    runs: 30,
    draw: dims(1, 4).chain((d) =>
      fc
        .tuple(
          axisOf(d.length),
          fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }),
          fc.subarray([0, 1, 2], { minLength: 1 }),
          fc.nat(2),
          setting,
        )
        .map(([axis, sizes, targets, kind, s]) => ({
          op: 'Split',
          inputs: [
            randomTensor(d.with(axis, kind === 2 ? 8 : sizes[0] + sizes[1] + sizes[2]), s.seed),
            kind === 2 ? null : ints(...sizes),
          ],
          fed: kind === 1 ? [1] : undefined,
          attributes: { axis, ...(kind === 2 && { num_outputs: 3 }) },
          outputs: 3,
          targets,
          ...linear,
          ...s,
        })),
    ),
  },
  {
    name: 'Slice with any starts, ends and steps, also from the run',
    runs: 60,
    draw: dims(1, 4, 5).chain((d) =>
      axesOf(d.length).chain((axes) =>
        fc
          .tuple(
            fc.tuple(
              ...axes.map((a) => fc.tuple(bound(d.at(a)!), bound(d.at(a)!), fc.constantFrom(1, 1, 2, 3, -1, -2))),
            ),
            fc.subarray([1, 2]),
            setting,
          )
          .filter(([bounds]) => bounds.every(([from, to, step], i) => taken(d.at(axes[i])!, from, to, step) > 0))
          // Shape inference takes symbolic axes to be as long as they are asked for.
          .map(([bounds, fed, s]) => ({
            bounds,
            fed,
            s: { ...s, symbolic: s.symbolic && bounds.every(([from, to], i) => within(d.at(axes[i])!, from, to)) },
          }))
          .map(({ bounds, fed, s }) => ({
            op: 'Slice',
            inputs: [
              randomTensor(d, s.seed),
              ints(...bounds.map((b) => b[0])),
              ints(...bounds.map((b) => b[1])),
              ints(...axes),
              ints(...bounds.map((b) => b[2])),
            ],
            fed,
            ...linear,
            ...s,
          })),
      ),
    ),
  },
  {
    name: 'Slice of the leading axes, axes and steps left out',
    draw: fc.tuple(dims(2, 4, 4), setting).map(([d, s]) => ({
      op: 'Slice',
      inputs: [randomTensor(d, s.seed), ints(0, -1), ints(1, 100)],
      ...linear,
      ...s,
    })),
  },
  {
    name: 'Pad, also by negative sizes',
    runs: 40,
    draw: dims(1, 4, 4).chain((d) =>
      fc.tuple(axesOf(d.length), setting, fc.boolean(), fc.boolean()).map(([axes, s, all, fed]): VjpCase => {
        const count = all ? d.length : axes.length;
        return {
          op: 'Pad',
          inputs: [
            randomTensor(d, s.seed),
            ints(
              ...wholeNumbers(2 * count, s.seed, 0, 2).map((p, i) =>
                i < count && d.at(all ? i : axes[i])! > 1 ? p - 1 : p,
              ),
            ),
            randomTensor([], s.seed + 1),
            all ? null : ints(...axes),
          ],
          fed: fed ? [1] : undefined,
          ...linear,
          ...s,
        };
      }),
    ),
  },
  {
    name: 'Pad by reflection, edge and wrapping',
    runs: 30,
    draw: fc
      .tuple(dims(1, 3), setting, fc.constantFrom('reflect', 'edge', 'wrap'), fc.boolean())
      .map(([d, s, mode, some]) => ({
        op: 'Pad',
        inputs: [
          randomTensor(
            d.map((n) => n + 2),
            s.seed,
          ),
          ints(...wholeNumbers(some ? 2 : 2 * d.length, s.seed, 0, 2)),
          null,
          some ? ints(-1) : null,
        ],
        attributes: { mode },
        opset: 19,
        ...linear,
        ...s,
      })),
  },
  {
    name: 'Trilu',
    draw: fc
      .tuple(dims(2, 4, 4), setting, fc.integer({ min: -2, max: 2 }), fc.nat(1), fc.boolean())
      .map(([d, s, k, upper, given]) => ({
        op: 'Trilu',
        inputs: [randomTensor(d, s.seed), given ? int64Tensor([], [k]) : null],
        fed: given && k > 0 ? [1] : undefined,
        attributes: { upper },
        ...linear,
        ...s,
      })),
  },
  {
    name: 'DepthToSpace and SpaceToDepth',
    runs: 20,
    draw: fc
      .tuple(setting, fc.constantFrom('DCR', 'CRD', ''), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 2, max: 3 }))
      .map(([s, mode, c, blocksize]) => ({
        op: mode === '' ? 'SpaceToDepth' : 'DepthToSpace',
        inputs: [
          randomTensor(mode === '' ? [2, c, 2 * blocksize, 3 * blocksize] : [2, c * blocksize ** 2, 2, 3], s.seed),
        ],
        attributes: { blocksize, ...(mode !== '' && { mode }) },
        ...linear,
        ...s,
      })),
  },
  {
    name: 'ReverseSequence',
    draw: fc.tuple(setting, fc.nat(1), dims(0, 2)).map(([s, time, rest]) => ({
      op: 'ReverseSequence',
      inputs: [randomTensor(time === 0 ? [4, 3, ...rest] : [3, 4, ...rest], s.seed), ints(4, 2, 1)],
      attributes: { time_axis: time, batch_axis: 1 - time },
      ...linear,
      ...s,
    })),
  },
  {
    name: 'TopK along any axis',
    draw: dims(1, 4, 4).chain((d) =>
      fc.tuple(axisOf(d.length), fc.nat(1), fc.nat(3), setting).map(([axis, largest, k, s]) => ({
        op: 'TopK',
        inputs: [distinctTensors([d], s.seed)[0], ints(1 + (k % d.at(axis)!))],
        attributes: { axis, largest },
        outputs: 2,
        targets: [0],
        ...s,
      })),
    ),
  },
];

const within = (n: number, ...places: readonly number[]): boolean => places.every((p) => p >= -n && p <= n);

/** How many numbers a slice takes of an axis of n. */
function taken(n: number, from: number, to: number, step: number): number {
  const clamp = (v: number, low: number, high: number) => Math.max(low, Math.min(high, v < 0 ? v + n : v));
  const [a, b] = step > 0 ? [clamp(from, 0, n), clamp(to, 0, n)] : [clamp(from, 0, n - 1), clamp(to, -1, n - 1)];
  return Math.ceil((b - a) / step);
}
