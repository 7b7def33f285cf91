import { test } from 'node:test';
import fc from 'fast-check';
import type { Fed } from './harness';
import { assertRefused, assertSame, float, ints, runs, sampler } from './harness';

const given = fc.record({
  seed: fc.integer(),
  batch: fc.integer({ min: 1, max: 3 }),
  length: fc.integer({ min: 1, max: 4 }),
  heads: fc.integer({ min: 1, max: 3 }),
  perHead: fc.constantFrom(16, 32),
  isFlat: fc.boolean(),
  isPartial: fc.boolean(),
  interleaved: fc.boolean(),
  symbolic: fc.boolean(),
  places: fc.constantFrom('first', 'each'),
});

const layout = (p: { isFlat: boolean; batch: number; length: number; heads: number; perHead: number }): number[] =>
  p.isFlat ? [p.batch, p.length, p.heads * p.perHead] : [p.batch, p.heads, p.length, p.perHead];

test('RotaryEmbedding of com.microsoft is the same taken apart', async () => {
  await fc.assert(
    fc.asyncProperty(given, async (p) => {
      const s = sampler(p.seed);
      const dim = p.isPartial ? 8 : p.perHead;
      await assertSame({
        op: 'RotaryEmbedding',
        domain: 'com.microsoft',
        inputs: [
          s.floats(...layout(p)),
          p.places === 'first'
            ? ints('int64', [1], [s.int(0, 5)])
            : ints(
                'int64',
                [p.batch, p.length],
                Array.from({ length: p.batch * p.length }, () => s.int(0, 9)),
              ),
          s.weights(10, dim / 2),
          s.weights(10, dim / 2),
        ],
        outputs: ['float32'],
        attributes: {
          interleaved: p.interleaved ? 1 : 0,
          scale: float(0.5),
          ...(p.isPartial ? { num_heads: p.heads, rotary_embedding_dim: dim } : {}),
        },
        symbolic: p.symbolic,
      });
    }),
    runs(8, 100),
  );
});

test('RotaryEmbedding of ONNX is the same taken apart', async () => {
  await fc.assert(
    fc.asyncProperty(given, async (p) => {
      const s = sampler(p.seed);
      const dim = p.isPartial ? 8 : p.perHead;
      const isLookedUp = p.places === 'each';
      const cache = (): Fed => (isLookedUp ? s.weights(10, dim / 2) : s.floats(p.batch, p.length, dim / 2));
      await assertSame({
        op: 'RotaryEmbedding',
        opset: 23,
        inputs: [
          s.floats(...layout(p)),
          cache(),
          cache(),
          isLookedUp
            ? ints(
                'int64',
                [p.batch, p.length],
                Array.from({ length: p.batch * p.length }, () => s.int(0, 9)),
              )
            : undefined,
        ],
        outputs: ['float32'],
        attributes: {
          interleaved: p.interleaved ? 1 : 0,
          ...(p.isFlat ? { num_heads: p.heads } : {}),
          ...(p.isPartial ? { rotary_embedding_dim: dim } : {}),
        },
        symbolic: p.symbolic,
      });
    }),
    runs(9, 100),
  );
});

test('a packed batch of RotaryEmbedding is refused by name', () => {
  const s = sampler(1);
  const inputs = [s.floats(1, 2, 4), ints('int64', [1], [0]), s.weights(4, 2), s.weights(4, 2)];
  assertRefused(
    {
      op: 'RotaryEmbedding',
      domain: 'com.microsoft',
      inputs,
      outputs: ['float32'],
      attributes: { is_packed_batching: 1 },
    },
    /is_packed_batching/,
  );
});
