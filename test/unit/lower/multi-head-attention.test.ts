import { test } from 'node:test';
import fc from 'fast-check';
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

const given = fc.record({
  seed: fc.integer(),
  batch: fc.integer({ min: 1, max: 3 }),
  queries: fc.integer({ min: 1, max: 4 }),
  keys: fc.integer({ min: 1, max: 4 }),
  heads: fc.integer({ min: 1, max: 3 }),
  perHead: fc.integer({ min: 1, max: 4 }),
  valueHead: fc.integer({ min: 1, max: 4 }),
  symbolic: fc.boolean(),
  unidirectional: fc.boolean(),
  hasBias: fc.boolean(),
  scale: fc.constantFrom(0, 0.3),
  layout: fc.constantFrom('flat', 'flat', 'heads'),
  mask: fc.constantFrom('none', 'ends', 'keys', 'queries'),
  bias: fc.constantFrom('none', 'full', 'shared'),
  past: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  present: fc.boolean(),
});

test('MultiHeadAttention is the same taken apart: layouts, biases, masks, past', async () => {
  await fc.assert(
    fc.asyncProperty(given, async (p) => {
      const s = sampler(p.seed);
      const isHeads = p.layout === 'heads';
      const past = isHeads ? undefined : p.past;
      // The runtime wants equal widths behind a past and of heads, and sees a causal order only where there are as many keys as queries.
      const valueHead = past === undefined && !isHeads ? p.valueHead : p.perHead;
      const own = p.unidirectional ? p.queries : p.keys;
      const keys = own + (past ?? 0);
      const width = p.heads * p.perHead;
      const bits = (...dims: number[]): Fed =>
        ints(
          'int32',
          dims,
          Array.from({ length: dims.reduce((n, d) => n * d, 1) }, () => s.int(0, 1)),
        );
      const masks = {
        none: undefined,
        ends: ints(
          'int32',
          [p.batch],
          Array.from({ length: p.batch }, () => s.int(1, keys)),
        ),
        keys: bits(p.batch, keys),
        queries: bits(p.batch, p.queries, keys),
      };
      const mask = masks[p.mask as keyof typeof masks];
      const graph = await assertSame({
        op: 'MultiHeadAttention',
        domain: 'com.microsoft',
        inputs: [
          s.floats(p.batch, p.queries, width),
          isHeads ? s.floats(p.batch, p.heads, own, p.perHead) : s.floats(p.batch, own, width),
          isHeads ? s.floats(p.batch, p.heads, own, valueHead) : s.floats(p.batch, own, p.heads * valueHead),
          p.hasBias && !isHeads ? s.weights(2 * width + p.heads * valueHead) : undefined,
          mask,
          p.bias === 'none'
            ? undefined
            : p.bias === 'full'
              ? s.floats(p.batch, p.heads, p.queries, keys)
              : s.floats(1, p.heads, p.queries, keys),
          past === undefined ? undefined : s.floats(p.batch, p.heads, past, p.perHead),
          past === undefined ? undefined : s.floats(p.batch, p.heads, past, valueHead),
        ],
        outputs: [
          'float32',
          ...(past !== undefined || (p.present && !isHeads) ? (['float32', 'float32'] as const) : []),
        ],
        attributes: {
          num_heads: p.heads,
          unidirectional: p.unidirectional ? 1 : 0,
          ...(p.scale ? { scale: float(p.scale) } : {}),
        },
        symbolic: p.symbolic,
      });
      assertExplicit(graph);
    }),
    runs(5, 200),
  );
});

test('the scores of MultiHeadAttention are its fourth output', async () => {
  const s = sampler(1);
  await assertSame({
    op: 'MultiHeadAttention',
    domain: 'com.microsoft',
    inputs: [
      s.floats(2, 3, 8),
      s.floats(2, 4, 8),
      s.floats(2, 4, 8),
      undefined,
      ints('int32', [2, 4], [1, 1, 1, 0, 1, 1, 0, 0]),
    ],
    outputs: ['float32', undefined, undefined, 'float32'],
    attributes: { num_heads: 2 },
  });
});

/** ONNX Runtime has packed layouts on graphics cards alone, so they are held against the plain one. */
test('packed keys and values, or all three packed, mean the same as side by side', async () => {
  const s = sampler(2);
  const [batch, length, heads, perHead] = [2, 3, 2, 4];
  const three = s.floats(batch, length, heads, 3, perHead);
  const part = (packed: Fed, i: number, n: number): Fed => ({
    dtype: 'float32',
    dims: [batch, length, heads * perHead],
    data: Array.from({ length: batch * length * heads * perHead }, (_, at) => {
      const [rest, h] = [Math.floor(at / perHead), at % perHead];
      return packed.data[(rest * n + i) * perHead + h];
    }),
  });
  const [q, k, v] = [0, 1, 2].map((i) => part(three, i, 3));
  const two: Fed = {
    dtype: 'float32',
    dims: [batch, length, heads, 2, perHead],
    data: Array.from({ length: 2 * k.data.length }, (_, at) => {
      const [rest, i, h] = [Math.floor(at / (2 * perHead)), Math.floor(at / perHead) % 2, at % perHead];
      return [k, v][i].data[rest * perHead + h];
    }),
  };
  const bias = s.weights(3 * heads * perHead);
  const fused = (...inputs: (Fed | undefined)[]) => ({
    op: 'MultiHeadAttention',
    domain: 'com.microsoft',
    inputs,
    outputs: ['float32'] as const,
    attributes: { num_heads: heads },
    symbolic: true,
  });
  const forms = [fused(q, k, v, bias), fused(three, undefined, undefined, bias), fused(q, two, undefined, bias)];
  const [plain, ...others] = await Promise.all(forms.map(async (f) => (await run(lowered(f), f)).y0));
  for (const y of others) assertClose(y, plain, 'y', 1e-6);
});

test('a shared buffer is refused by name', () => {
  const s = sampler(3);
  const state = s.floats(1, 2, 8, 4);
  const inputs = [
    s.floats(1, 2, 8),
    s.floats(1, 2, 8),
    s.floats(1, 2, 8),
    undefined,
    undefined,
    undefined,
    state,
    state,
    ints('int32', [1], [2]),
  ];
  assertRefused(
    { op: 'MultiHeadAttention', domain: 'com.microsoft', inputs, outputs: ['float32'], attributes: { num_heads: 2 } },
    /share one buffer/,
  );
});
