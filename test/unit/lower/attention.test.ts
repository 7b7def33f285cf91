import { test } from 'node:test';
import fc from 'fast-check';
import type { Attributes } from '../../../src/onnx/graph/graph';
import type { Fed } from './harness';
import {
  assertClose,
  assertExplicit,
  assertRefused,
  assertSame,
  float,
  ints,
  lowered,
  run,
  runs,
  sampler,
} from './harness';

type MaskForm = 'none' | 'ends' | 'both' | 'keys' | 'one' | 'queries';

function maskOf(
  form: MaskForm,
  s: ReturnType<typeof sampler>,
  batch: number,
  queries: number,
  keys: number,
): Fed | undefined {
  const bits = (n: number) => Array.from({ length: n }, () => s.int(0, 1));
  switch (form) {
    case 'none':
      return undefined;
    case 'ends':
      return ints(
        'int32',
        [batch],
        Array.from({ length: batch }, () => s.int(1, keys)),
      );
    case 'both': {
      const ends = Array.from({ length: batch }, () => s.int(1, keys));
      return ints('int32', [2 * batch], [...ends, ...ends.map((e) => s.int(0, e - 1))]);
    }
    case 'keys':
      return ints('int32', [batch, keys], bits(batch * keys));
    case 'one':
      return ints('int32', [batch, 1], bits(batch));
    case 'queries':
      return ints('int32', [batch, queries, keys], bits(batch * queries * keys));
  }
}

const shape = {
  seed: fc.integer(),
  batch: fc.integer({ min: 1, max: 3 }),
  queries: fc.integer({ min: 1, max: 5 }),
  heads: fc.integer({ min: 1, max: 3 }),
  perHead: fc.integer({ min: 1, max: 4 }),
  symbolic: fc.boolean(),
  unidirectional: fc.boolean(),
  scale: fc.constantFrom(0, 0.3),
  filter: fc.constantFrom(undefined, -3.4028234663852886e38, -50),
};

test('Attention is the same taken apart, in every form of its mask', async () => {
  const forms = fc.constantFrom<MaskForm>('none', 'ends', 'both', 'keys', 'one', 'queries');
  const given = fc.record({
    ...shape,
    form: forms,
    past: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    bias: fc.constantFrom('none', 'full', 'shared'),
    valueHead: fc.integer({ min: 1, max: 4 }),
    isSized: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(given, async (p) => {
      const s = sampler(p.seed);
      const width = p.heads * p.perHead;
      const hasPast = p.past !== undefined;
      const valueWidth = p.isSized && !hasPast ? p.heads * p.valueHead : width;
      const keys = p.queries + (p.past ?? 0);
      // A mask of one key for all is only known as such where the file says so; the runtime has no bias beside a past.
      if (p.form === 'one' && (p.symbolic || keys === 1)) return;
      const sizes: Attributes = p.isSized ? { qkv_hidden_sizes: [width, width, valueWidth] } : {};
      const graph = await assertSame({
        op: 'Attention',
        domain: 'com.microsoft',
        inputs: [
          s.floats(p.batch, p.queries, 6),
          s.weights(6, 2 * width + valueWidth),
          s.weights(2 * width + valueWidth),
          maskOf(p.form, s, p.batch, p.queries, keys),
          hasPast ? s.floats(2, p.batch, p.heads, p.past ?? 0, p.perHead) : undefined,
          p.bias === 'none' || hasPast
            ? undefined
            : p.bias === 'full'
              ? s.floats(p.batch, p.heads, p.queries, keys)
              : s.floats(1, 1, p.queries, keys),
        ],
        outputs: ['float32', ...(hasPast || p.valueHead === p.perHead || !p.isSized ? (['float32'] as const) : [])],
        attributes: {
          num_heads: p.heads,
          unidirectional: p.unidirectional ? 1 : 0,
          ...sizes,
          ...(p.scale ? { scale: float(p.scale) } : {}),
          ...(p.filter ? { mask_filter_value: float(p.filter) } : {}),
        },
        symbolic: p.symbolic,
      });
      assertExplicit(graph);
    }),
    runs(3, 150),
  );
});

test('a 4-D mask of Attention hides what the 3-D mask of its last rows hides', async () => {
  const s = sampler(5);
  const [batch, queries, past, most] = [2, 3, 2, 7];
  const keys = queries + past;
  const square = Array.from({ length: batch * most * most }, () => s.int(0, 1));
  const rows = Array.from({ length: batch * queries * keys }, (_, i) => {
    const [b, row, column] = [Math.floor(i / (queries * keys)), Math.floor(i / keys) % queries, i % keys];
    return square[(b * most + past + row) * most + column];
  });
  const fused = (mask: Fed) => ({
    op: 'Attention',
    domain: 'com.microsoft',
    inputs: [s2[0], s2[1], s2[2], mask, s2[3]],
    outputs: ['float32', 'float32'] as const,
    attributes: { num_heads: 2 },
    symbolic: true,
  });
  const s2 = [s.floats(batch, queries, 6), s.weights(6, 24), s.weights(24), s.floats(2, batch, 2, past, 4)];
  const four = fused(ints('int32', [batch, 1, most, most], square));
  const three = fused(ints('int32', [batch, queries, keys], rows));
  assertClose((await run(lowered(four), four)).y0, (await run(lowered(three), three)).y0, 'y', 1e-6);
});

test('Attention that ONNX Runtime does not run on a CPU either is refused by name', () => {
  const s = sampler(6);
  const fused = (attributes: Attributes) => ({
    op: 'Attention',
    domain: 'com.microsoft',
    inputs: [s.floats(1, 2, 4), s.weights(4, 12), s.weights(12)],
    outputs: ['float32'] as const,
    attributes: { num_heads: 2, ...attributes },
  });
  assertRefused(fused({ do_rotary: 1 }), /do_rotary/);
  assertRefused(fused({ past_present_share_buffer: 1 }), /past_present_share_buffer/);
  assertRefused({ ...fused({}), op: 'LongformerAttention' }, /LongformerAttention.*sparse/);
});

test('QAttention is Attention on dequantised numbers', async () => {
  const given = fc.record({
    seed: fc.integer(),
    batch: shape.batch,
    queries: shape.queries,
    heads: shape.heads,
    perHead: shape.perHead,
    perColumn: fc.boolean(),
    signed: fc.boolean(),
    unidirectional: fc.boolean(),
    past: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    symbolic: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(given, async (p) => {
      const s = sampler(p.seed);
      const width = p.heads * p.perHead;
      const columns = p.perColumn ? 3 * width : 1;
      const bytes = (dtype: 'uint8' | 'int8', dims: number[], fixed = false): Fed => ({
        dtype,
        dims,
        fixed,
        data: Array.from({ length: dims.reduce((n, d) => n * d, 1) }, () =>
          dtype === 'uint8' ? s.int(0, 255) : s.int(-63, 63),
        ),
      });
      const scales = (dims: number[]): Fed => ({
        dtype: 'float32',
        dims,
        fixed: true,
        data: Array.from({ length: columns }, () => 0.01 + Math.abs(s.next()) / 100),
      });
      await assertSame(
        {
          op: 'QAttention',
          domain: 'com.microsoft',
          inputs: [
            bytes('uint8', [p.batch, p.queries, 6]),
            bytes(p.signed ? 'int8' : 'uint8', [6, 3 * width], true),
            s.weights(3 * width),
            { dtype: 'float32', dims: [], data: [0.02], fixed: true },
            scales(p.perColumn ? [columns] : []),
            ints(
              'int32',
              [p.batch],
              Array.from({ length: p.batch }, () => s.int(1, p.queries)),
            ),
            bytes('uint8', [], true),
            p.perColumn
              ? {
                  ...bytes(p.signed ? 'int8' : 'uint8', [1], true),
                  dims: [columns],
                  data: Array.from({ length: columns }, () => s.int(0, 9)),
                }
              : bytes(p.signed ? 'int8' : 'uint8', [], true),
            p.past === undefined ? undefined : s.floats(2, p.batch, p.heads, p.past, p.perHead),
          ],
          outputs: ['float32', 'float32'],
          attributes: { num_heads: p.heads, unidirectional: p.unidirectional ? 1 : 0 },
          symbolic: p.symbolic,
        },
        1e-4,
      );
    }),
    runs(4, 60),
  );
});
