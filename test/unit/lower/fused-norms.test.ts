import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Attributes } from '../../../src/onnx/graph/graph';
import { assertRefused, assertSame, float, ints, lowered, run, runs, sampler } from './harness';

const given = fc.record({
  seed: fc.integer(),
  batch: fc.integer({ min: 1, max: 3 }),
  length: fc.integer({ min: 1, max: 4 }),
  width: fc.integer({ min: 1, max: 6 }),
  symbolic: fc.boolean(),
  isSimple: fc.boolean(),
  skip: fc.constantFrom('same', 'row', 'flat'),
  hasBeta: fc.boolean(),
  hasBias: fc.boolean(),
  epsilon: fc.constantFrom(undefined, 1e-5),
  isSumAsked: fc.boolean(),
});

test('SkipLayerNormalization and its simplified form are the same taken apart', async () => {
  await fc.assert(
    fc.asyncProperty(given, async (p) => {
      const s = sampler(p.seed);
      const skip = { same: [p.batch, p.length, p.width], row: [1, p.length, p.width], flat: [p.length, p.width] }[
        p.skip as 'same'
      ];
      const bias = p.hasBias ? s.weights(p.width) : undefined;
      const beta = p.hasBeta ? s.weights(p.width) : undefined;
      const sum = p.isSumAsked ? ([undefined, undefined, 'float32'] as const) : [];
      await assertSame(
        {
          op: p.isSimple ? 'SkipSimplifiedLayerNormalization' : 'SkipLayerNormalization',
          domain: 'com.microsoft',
          inputs: [
            s.floats(p.batch, p.length, p.width),
            s.floats(...skip),
            s.weights(p.width),
            ...(p.isSimple ? [bias] : [beta, bias]),
          ],
          outputs: ['float32', ...sum],
          attributes: p.epsilon ? { epsilon: float(p.epsilon) } : {},
          symbolic: p.symbolic,
          // Nearly equal numbers have a variance that single precision hardly knows.
        },
        1e-3,
      );
    }),
    runs(10, 120),
  );
});

test('the mean that SkipLayerNormalization keeps for training is refused by name', () => {
  const s = sampler(1);
  const inputs = [s.floats(1, 2, 4), s.floats(1, 2, 4), s.weights(4), s.weights(4)];
  assertRefused(
    { op: 'SkipLayerNormalization', domain: 'com.microsoft', inputs, outputs: ['float32', 'float32'] },
    /output number 1/,
  );
});

test('EmbedLayerNormalization is the same taken apart', async () => {
  const forms = fc.record({
    seed: fc.integer(),
    batch: fc.integer({ min: 1, max: 3 }),
    length: fc.integer({ min: 1, max: 4 }),
    symbolic: fc.boolean(),
    hasSegments: fc.boolean(),
    hasMask: fc.boolean(),
    isSumAsked: fc.boolean(),
    places: fc.constantFrom('none', 'row', 'each'),
  });
  await fc.assert(
    fc.asyncProperty(forms, async (p) => {
      const s = sampler(p.seed);
      const ids = (rows: number, most: number) =>
        ints(
          'int32',
          [rows, p.length],
          Array.from({ length: rows * p.length }, () => s.int(0, most)),
        );
      await assertSame(
        {
          op: 'EmbedLayerNormalization',
          domain: 'com.microsoft',
          inputs: [
            ids(p.batch, 9),
            p.hasSegments ? ids(p.batch, 1) : undefined,
            s.weights(10, 8),
            s.weights(6, 8),
            p.hasSegments ? s.weights(2, 8) : undefined,
            s.weights(8),
            s.weights(8),
            p.hasMask ? ids(p.batch, 1) : undefined,
            p.places === 'none' ? undefined : ids(p.places === 'row' ? 1 : p.batch, 5),
          ],
          outputs: ['float32', 'int32', ...(p.isSumAsked ? (['float32'] as const) : [])],
          attributes: { epsilon: float(1e-5) },
          symbolic: p.symbolic,
        },
        1e-4,
      );
    }),
    runs(11, 80),
  );
});

test('FusedConv is the same taken apart, with each activation', async () => {
  const s = sampler(2);
  const activations: Attributes[] = [
    { activation: 'Relu' },
    { activation: 'Tanh' },
    { activation: 'Sigmoid' },
    { activation: 'LeakyRelu', activation_params: { float: [0.2] } },
    { activation: 'Clip', activation_params: { float: [-0.3, 0.4] } },
    { activation: 'HardSigmoid', activation_params: { float: [0.3, 0.4] } },
  ];
  for (const attributes of activations)
    for (const z of [undefined, s.floats(1, 4, 5, 5)])
      await assertSame({
        op: 'FusedConv',
        domain: 'com.microsoft',
        inputs: [s.floats(1, 2, 5, 5), s.weights(4, 2, 3, 3), s.weights(4), z],
        outputs: ['float32'],
        attributes: { pads: [1, 1, 1, 1], ...attributes },
      });
});

/** ONNX Runtime has no such kernels for a CPU. */
test('BiasAdd and BiasSplitGelu are what their documentation says', async () => {
  const s = sampler(3);
  const [x, skip, bias] = [s.floats(1, 2, 4), s.floats(1, 2, 4), s.weights(4)];
  const add = { op: 'BiasAdd', domain: 'com.microsoft', inputs: [x, bias, skip], outputs: ['float32'] as const };
  const sum = (await run(lowered(add), add)).y0.data as Float32Array;
  sum.forEach((y, i) => assert.ok(Math.abs(y - (x.data[i] + bias.data[i % 4] + skip.data[i])) < 1e-6));

  const split = { op: 'BiasSplitGelu', domain: 'com.microsoft', inputs: [x, bias], outputs: ['float32'] as const };
  const y = (await run(lowered(split), split)).y0;
  assert.deepEqual([...y.dims], [1, 2, 2]);
  const at = (row: number, column: number) => x.data[4 * row + column] + bias.data[column];
  (y.data as Float32Array).forEach((value, i) => {
    const [row, column] = [Math.floor(i / 2), i % 2];
    const r = at(row, column + 2);
    // Φ by its series is exact to 1e-7 for |r| ≤ 2.
    let [term, series] = [r, r];
    for (let n = 1; n < 30; n++) series += (term *= (-r * r) / (2 * n)) / (2 * n + 1);
    assert.ok(Math.abs(value - at(row, column) * r * (0.5 + series / Math.sqrt(2 * Math.PI))) < 1e-5);
  });
});
