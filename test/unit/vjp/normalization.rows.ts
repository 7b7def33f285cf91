import fc from 'fast-check';
import { floatTensor } from '../../../src/shared/tensor';
import type { VjpCase } from '../support/vjp-check';
import { randomTensor } from '../support/vjp-check';
import { axesOf, axisOf, dims, setting } from './draws';
import type { Row } from './test-rows';

/** Inputs of some spread: the difference of nearly equal numbers, divided by their deviation, says little. */
const spread = (d: readonly number[], seed: number) => {
  const x = randomTensor(d, seed);
  return floatTensor(
    d,
    Float32Array.from(x.data as Float32Array, (v, i) => v + Math.sin(2.4 * i)),
  );
};

const sizes = (minRank: number, maxRank: number) =>
  fc.array(fc.integer({ min: 2, max: 4 }), { minLength: minRank, maxLength: maxRank });

const epsilon = { float: 0.01 };

const overLastAxes = (op: string, opset: number, bias: boolean): Row => ({
  name: `${op} over the last axes`,
  runs: 20,
  draw: sizes(1, 4).chain((d) =>
    fc.tuple(axisOf(d.length), fc.boolean(), fc.constantFrom([0], [0, 1, 2]), setting).map(([axis, β, wrt, s]) => {
      const tail = d.slice(axis);
      return {
        op,
        inputs: [
          spread(d, s.seed),
          randomTensor(tail, s.seed + 1, 0.5, 1.5),
          ...(bias && β ? [randomTensor(tail, s.seed + 2)] : []),
        ],
        wrt: wrt.filter((i) => i < 2 + (bias && β ? 1 : 0)),
        attributes: { axis, epsilon },
        opset,
        ...s,
      };
    }),
  ),
});

/** [N, C, …] with a scale and a bias of `count` numbers. */
const perChannel = (
  op: string,
  opset: number,
  o: { attributes?: VjpCase['attributes']; channels: number; scales: number; wrt?: readonly number[]; minRank: number },
): Row => ({
  name: `${op} of opset ${opset}${o.attributes ? `, ${o.scales} scales` : ''}`,
  runs: 8,
  draw: fc.tuple(sizes(o.minRank, 3), fc.integer({ min: 1, max: 2 }), setting).map(([positions, n, s]) => ({
    op,
    inputs: [
      spread([n, o.channels, ...positions], s.seed),
      randomTensor([o.scales], s.seed + 1, 0.5, 1.5),
      randomTensor([o.scales], s.seed + 2),
      ...(op === 'BatchNormalization'
        ? [randomTensor([o.scales], s.seed + 3), randomTensor([o.scales], s.seed + 4, 0.5, 2)]
        : []),
    ],
    wrt: o.wrt ?? [0],
    attributes: { epsilon, ...o.attributes },
    opset,
    ...s,
  })),
});

export const normalizationRows: readonly Row[] = [
  overLastAxes('LayerNormalization', 18, true),
  overLastAxes('RMSNormalization', 23, false),
  overLastAxes('SimplifiedLayerNormalization', 18, false),
  perChannel('InstanceNormalization', 18, { channels: 3, scales: 3, wrt: [0, 1, 2], minRank: 1 }),
  perChannel('GroupNormalization', 18, { attributes: { num_groups: 2 }, channels: 4, scales: 2, minRank: 1 }),
  perChannel('GroupNormalization', 21, { attributes: { num_groups: 2 }, channels: 4, scales: 4, minRank: 1 }),
  perChannel('BatchNormalization', 18, { channels: 3, scales: 3, minRank: 0 }),
  {
    name: 'LpNormalization',
    runs: 20,
    draw: dims(1, 4).chain((d) =>
      fc.tuple(axisOf(d.length), fc.constantFrom(1, 2), setting).map(([axis, p, s]) => ({
        op: 'LpNormalization',
        inputs: [randomTensor(d, s.seed, 0.4, 1.5)],
        attributes: { axis, p },
        opset: 22,
        ...s,
      })),
    ),
  },
  {
    name: 'LpNormalization of zeros: no gradient',
    runs: 2,
    draw: setting.map((s) => ({
      op: 'LpNormalization',
      inputs: [floatTensor([2, 3], new Float32Array(6))],
      reference: () => [floatTensor([2, 3], new Float32Array(6))],
      ...s,
    })),
  },
  {
    name: 'MeanVarianceNormalization',
    // Two numbers, standardised, are ±1 whatever they are.
    draw: fc.array(fc.integer({ min: 3, max: 4 }), { minLength: 4, maxLength: 4 }).chain((d) =>
      fc.tuple(fc.option(axesOf(4), { nil: null }), setting).map(([axes, s]) => ({
        op: 'MeanVarianceNormalization',
        inputs: [spread(d, s.seed)],
        attributes: axes ? { axes: axes.map((a) => (a + 4) % 4) } : undefined,
        ...s,
      })),
    ),
  },
  {
    name: 'LRN',
    draw: fc
      .tuple(fc.tuple(fc.nat(2), fc.nat(5), fc.nat(2), fc.nat(2)), fc.constantFrom(1, 3, 5), fc.nat(9999))
      .map(([d, size, seed]) => ({
        op: 'LRN',
        inputs: [
          spread(
            d.map((n) => n + 1),
            seed,
          ),
        ],
        attributes: { size, alpha: { float: 0.9 }, beta: { float: 0.6 }, bias: { float: 1.2 } },
      })),
  },
];
