import fc from 'fast-check';
import type { Tensor } from '../../../src/shared/tensor';
import { elementCount, floatTensor } from '../../../src/shared/tensor';
import type { VjpCase } from '../support/vjp-check';
import { noise, randomTensor } from '../support/vjp-check';

/** Axis sizes: rank and sizes within bounds. */
export const dims = (minRank = 0, maxRank = 5, max = 3): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max }), { minLength: minRank, maxLength: maxRank });

/** What every case draws: K, whether sizes are symbols, and the seed of its numbers. */
export const setting: fc.Arbitrary<{ k: number; symbolic: boolean; seed: number }> = fc.record({
  k: fc.constantFrom(1, 3),
  symbolic: fc.boolean(),
  seed: fc.nat(100000),
});

/** Axis lists that broadcast to one another: some sizes become 1 and some leading axes are left out. */
export const broadcastable = (count: number, maxRank = 4): fc.Arbitrary<number[][]> =>
  dims(0, maxRank).chain((full) =>
    fc.tuple(
      ...Array.from({ length: count }, () =>
        fc
          .tuple(fc.nat(full.length), fc.array(fc.boolean(), { minLength: full.length, maxLength: full.length }))
          .map(([skip, ones]) => full.map((d, i) => (ones[i] ? 1 : d)).slice(skip)),
      ),
    ),
  );

/** An axis of a rank ≥ 1, counted from either end. */
export const axisOf = (rank: number): fc.Arbitrary<number> => fc.integer({ min: -rank, max: rank - 1 });

/** Distinct axes of a rank, counted from either end. */
export const axesOf = (rank: number, minLength = 1): fc.Arbitrary<number[]> =>
  fc
    .tuple(fc.subarray([...Array(rank).keys()], { minLength }), fc.boolean())
    .map(([axes, negative]) => (negative ? axes.map((a) => a - rank) : axes));

/** Moves the numbers that lie within `margin` of a kink to one side of it. */
export const awayFrom = (t: Tensor, kinks: readonly number[], margin = 0.05): Tensor =>
  floatTensor(
    t.dims,
    Float32Array.from(t.data as Float32Array, (v) => {
      const near = kinks.find((k) => Math.abs(v - k) < margin);
      return near === undefined ? v : near + (v < near ? -margin : margin);
    }),
  );

/** Tensors whose numbers are all different by at least 0.1, over all of them. */
export function distinctTensors(shapes: readonly (readonly number[])[], seed: number): Tensor[] {
  const count = shapes.reduce((n, s) => n + elementCount(s), 0);
  const next = noise(seed + 1);
  const order = Array.from({ length: count }, (_, i) => [next(), i]).sort((a, b) => a[0] - b[0]);
  const values = order.map(([, i]) => (i - count / 2) * 0.1 + 0.037);
  return shapes.map((s) => floatTensor(s, Float32Array.from(values.splice(0, elementCount(s)))));
}

export const integers = (dtype: 'int64' | 'int32', dims: readonly number[], values: readonly number[]): Tensor => ({
  dtype,
  dims: [...dims],
  data: dtype === 'int64' ? BigInt64Array.from(values.map(BigInt)) : Int32Array.from(values),
});

export const bytes = (
  dtype: 'uint8' | 'int8' | 'bool',
  dims: readonly number[],
  values: readonly number[],
): Tensor => ({
  dtype,
  dims: [...dims],
  data: dtype === 'int8' ? Int8Array.from(values) : Uint8Array.from(values),
});

/** Whole numbers in [low, high]. */
export const wholeNumbers = (count: number, seed: number, low: number, high: number): number[] => {
  const next = noise(seed + 7);
  return Array.from({ length: count }, () => low + Math.floor(((next() + 1) / 2) * (high - low + 1)));
};

/** A row of cases of one elementwise function. */
export const unary = (
  op: string,
  [low, high]: readonly [number, number],
  o: { attributes?: VjpCase['attributes']; kinks?: readonly number[]; opset?: number; minRank?: number } = {},
) => ({
  name: o.attributes ? `${op} with ${Object.keys(o.attributes).join(', ')}` : op,
  runs: 6,
  draw: fc.tuple(dims(o.minRank), setting, fc.boolean()).map(([shape, s, unknownShapes]): VjpCase => ({
    op,
    inputs: [awayFrom(randomTensor(shape, s.seed, low, high), o.kinks ?? [])],
    attributes: o.attributes,
    opset: o.opset,
    unknownShapes,
    ...s,
  })),
});
