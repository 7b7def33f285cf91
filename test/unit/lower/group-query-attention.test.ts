import { test } from 'node:test';
import fc from 'fast-check';
import type { Fed } from './harness';
import { assertExplicit, assertRefused, assertSame, fill, float, ints, runs, sampler } from './harness';

const given = fc.record({
  seed: fc.integer(),
  steps: fc.integer({ min: 1, max: 5 }),
  kvHeads: fc.integer({ min: 1, max: 2 }),
  times: fc.integer({ min: 1, max: 3 }),
  perHead: fc.constantFrom(16, 32),
  symbolic: fc.boolean(),
  packed: fc.boolean(),
  rotary: fc.constantFrom('none', 'halves', 'pairs', 'partial'),
  places: fc.boolean(),
  window: fc.constantFrom(-1, 1, 2, 3),
  softcap: fc.constantFrom(0, 2),
  scale: fc.constantFrom(0, 0.3),
  sink: fc.constantFrom('none', 'smooth', 'given'),
  bias: fc.boolean(),
  /** prompt: nothing before; step: one new token behind a filled cache; chunk: several, batch of one. */
  stage: fc.constantFrom('prompt', 'ragged prompt', 'step', 'ragged step', 'chunk'),
  spare: fc.integer({ min: 0, max: 3 }),
});

test('GroupQueryAttention is the same taken apart: cache, rotation, window, cap, sink', async () => {
  await fc.assert(
    fc.asyncProperty(given, async (p) => {
      const s = sampler(p.seed);
      const isStep = p.stage.endsWith('step');
      const isPrompt = p.stage.endsWith('prompt');
      const batch = p.stage === 'chunk' ? 1 : 2;
      const steps = isStep ? 1 : p.steps;
      const filled = isPrompt ? 0 : s.int(2, 4);
      // How much each entry has seen; in a ragged batch the second less.
      const lengths = Array.from({ length: batch }, (_, b) =>
        b === 1 && p.stage.startsWith('ragged') ? s.int(1, filled + steps) : filled + steps,
      );
      const total = filled + steps;
      const heads = p.kvHeads * p.times;
      const half = p.rotary === 'partial' ? 8 : p.perHead / 2;
      const cache = (): Fed => ({ dtype: 'float32', dims: [12, half], data: fill([12, half], s.next), fixed: true });
      const state = (): Fed | undefined =>
        isPrompt && p.spare === 0
          ? undefined
          : s.floats(batch, p.kvHeads, filled + (isPrompt ? p.spare : p.spare), p.perHead);
      const [past, pastValue] = [state(), state()];
      const columns = total;
      const places = ints(
        'int64',
        [batch, steps],
        Array.from({ length: batch * steps }, () => s.int(0, 4)),
      );
      const graph = await assertSame(
        {
          op: 'GroupQueryAttention',
          domain: 'com.microsoft',
          inputs: [
            s.floats(batch, steps, (p.packed ? heads + 2 * p.kvHeads : heads) * p.perHead),
            p.packed ? undefined : s.floats(batch, steps, p.kvHeads * p.perHead),
            p.packed ? undefined : s.floats(batch, steps, p.kvHeads * p.perHead),
            past,
            pastValue,
            ints(
              'int32',
              [batch],
              lengths.map((n) => n - 1),
            ),
            { ...ints('int32', [1], [total]), fixed: !p.symbolic },
            p.rotary === 'none' ? undefined : cache(),
            p.rotary === 'none' ? undefined : cache(),
            p.rotary !== 'none' && p.places ? places : undefined,
            p.bias ? s.floats(1, heads, steps, columns) : undefined,
            p.sink === 'given' ? s.weights(heads) : undefined,
          ],
          outputs: ['float32', 'float32', 'float32'],
          attributes: {
            num_heads: heads,
            kv_num_heads: p.kvHeads,
            local_window_size: p.window,
            ...(p.rotary === 'none' ? {} : { do_rotary: 1, rotary_interleaved: p.rotary === 'pairs' ? 1 : 0 }),
            ...(p.sink === 'smooth' ? { smooth_softmax: 1 } : {}),
            ...(p.softcap ? { softcap: float(p.softcap) } : {}),
            ...(p.scale ? { scale: float(p.scale) } : {}),
          },
          symbolic: p.symbolic,
        },
        1e-5,
        // What a query in the padding gives is anything.
        (name, i) =>
          !isPrompt ||
          name !== 'y0' ||
          Math.floor(i / (heads * p.perHead)) % steps < lengths[Math.floor(i / (heads * p.perHead * steps))],
      );
      assertExplicit(graph);
    }),
    runs(6, 120),
  );
});

test('what GroupQueryAttention does on graphics cards alone is refused by name', () => {
  const s = sampler(1);
  const fused = (attributes: Record<string, number>) => ({
    op: 'GroupQueryAttention',
    domain: 'com.microsoft',
    inputs: [
      s.floats(1, 2, 8),
      s.floats(1, 2, 8),
      s.floats(1, 2, 8),
      undefined,
      undefined,
      ints('int32', [1], [1]),
      ints('int32', [1], [2]),
    ],
    outputs: ['float32'] as const,
    attributes: { num_heads: 1, kv_num_heads: 1, ...attributes },
  });
  assertRefused(fused({ causal: 0 }), /causal=0/);
  assertRefused(fused({ sliding_window_cache: 1 }), /sliding_window_cache/);
});
