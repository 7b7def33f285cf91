import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Builder } from '../../../src/onnx/graph/builder';
import type { Graph } from '../../../src/onnx/graph/graph';
import { inferGraph } from '../../../src/onnx/shapes/infer';
import { backward } from '../../../src/onnx/vjp/backward';
import type { Fed, Fused } from './harness';
import { float, ints, lowered, modelOf, random, run, sampler } from './harness';

const s = sampler(11);
const x = (...dims: number[]): Fed => s.floats(...dims);
const w = (...dims: number[]): Fed => s.weights(...dims);
const ms = { domain: 'com.microsoft', outputs: ['float32'] as const };
const causal = { num_heads: 2, unidirectional: 1 };
const grouped = { ...ms, op: 'GroupQueryAttention' };
const lengths = [ints('int32', [2], [5, 5]), ints('int32', [1], [6])];
const rotaryTables = [w(8, 8), w(8, 8)];

/** One row for each fused operator and for each form that has nodes of its own. */
const rows: Readonly<Record<string, Fused>> = {
  Attention: {
    ...ms,
    op: 'Attention',
    inputs: [x(2, 3, 4), w(4, 12), w(12), ints('int32', [2], [3, 2])],
    attributes: causal,
  },
  'Attention with a past': {
    ...ms,
    op: 'Attention',
    inputs: [x(2, 3, 4), w(4, 12), w(12), undefined, x(2, 2, 2, 2, 2)],
    outputs: ['float32', 'float32'],
    attributes: causal,
  },
  MultiHeadAttention: {
    ...ms,
    op: 'MultiHeadAttention',
    inputs: [
      x(2, 3, 4),
      x(2, 5, 4),
      x(2, 5, 6),
      w(14),
      ints('int32', [2, 5], [1, 1, 1, 1, 0, 1, 1, 0, 0, 0]),
      x(1, 2, 3, 5),
    ],
    attributes: { num_heads: 2 },
  },
  GroupQueryAttention: {
    ...grouped,
    inputs: [x(2, 6, 64), x(2, 6, 32), x(2, 6, 32), undefined, undefined, ...lengths, ...rotaryTables],
    attributes: { num_heads: 4, kv_num_heads: 2, do_rotary: 1, local_window_size: 3, softcap: float(2) },
  },
  'GroupQueryAttention with a cache and a sink': {
    ...grouped,
    inputs: [
      x(2, 1, 64),
      x(2, 1, 32),
      x(2, 1, 32),
      x(2, 2, 5, 16),
      x(2, 2, 5, 16),
      ...lengths,
      undefined,
      undefined,
      undefined,
      undefined,
      w(4),
    ],
    outputs: ['float32', 'float32', 'float32'],
    attributes: { num_heads: 4, kv_num_heads: 2 },
  },
  'ONNX Attention': {
    op: 'Attention',
    opset: 23,
    outputs: ['float32'],
    inputs: [
      x(2, 4, 3, 2),
      x(2, 2, 5, 2),
      x(2, 2, 5, 3),
      ints('bool', [3, 5], [1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]),
    ],
    attributes: { softcap: float(3) },
  },
  RotaryEmbedding: {
    ...ms,
    op: 'RotaryEmbedding',
    inputs: [x(2, 3, 32), ints('int64', [1], [2]), ...rotaryTables],
    attributes: { interleaved: 1 },
  },
  'ONNX RotaryEmbedding': {
    op: 'RotaryEmbedding',
    opset: 23,
    outputs: ['float32'],
    inputs: [x(2, 2, 3, 20), x(2, 3, 8), x(2, 3, 8)],
    attributes: { rotary_embedding_dim: 16 },
  },
  SkipLayerNormalization: { ...ms, op: 'SkipLayerNormalization', inputs: [x(2, 3, 6), x(3, 6), w(6), w(6), w(6)] },
  SkipSimplifiedLayerNormalization: {
    ...ms,
    op: 'SkipSimplifiedLayerNormalization',
    inputs: [x(2, 3, 6), x(2, 3, 6), w(6), w(6)],
  },
  EmbedLayerNormalization: {
    ...ms,
    op: 'EmbedLayerNormalization',
    inputs: [ints('int32', [2, 3], [1, 0, 2, 2, 2, 1]), undefined, x(3, 6), x(4, 6), undefined, w(6), w(6)],
    outputs: ['float32', 'int32'],
  },
  FusedConv: {
    ...ms,
    op: 'FusedConv',
    inputs: [x(1, 2, 4, 4), w(3, 2, 3, 3), w(3), x(1, 3, 2, 2)],
    attributes: { activation: 'Tanh' },
  },
};

for (const [name, fused] of Object.entries(rows))
  // The runtime's EmbedLayerNormalization wants the sizes of its tables in the file.
  for (const symbolic of name === 'EmbedLayerNormalization' ? [false] : [false, true])
    test(`the gradient through ${name}${symbolic ? ' of unknown sizes' : ''} is that of finite differences`, async () => {
      await assertGradient({ ...fused, symbolic });
    });

/** Along a random direction d of all float inputs: ⟨x̄, d⟩ = (f(x + h d) − f(x − h d)) / 2h, where f = ⟨y, c⟩. */
async function assertGradient(fused: Fused): Promise<void> {
  const next = random(99);
  const isMoved = (fed: Fed | undefined): fed is Fed => fed?.dtype === 'float32' && !fed.fixed;
  const directions = fused.inputs.map((fed) => (isMoved(fed) ? fed.data.map(() => next()) : []));
  const moved = (h: number): Fused => ({
    ...fused,
    inputs: fused.inputs.map((fed, i) =>
      isMoved(fed) ? { ...fed, data: fed.data.map((v, j) => v + h * directions[i][j]) } : fed,
    ),
  });
  const y = (await run(modelOf(fused), fused)).y0;
  const cotangent = Array.from(y.data as Float32Array, () => next());
  const f = async (h: number) => {
    const { y0 } = await run(modelOf(fused), moved(h));
    return (y0.data as Float32Array).reduce((sum, v, i) => sum + v * cotangent[i], 0);
  };
  const h = 5e-3;
  const want = ((await f(h)) - (await f(-h))) / (2 * h);

  const graph = lowered(fused);
  appendBackward(graph, `x${fused.inputs.length}`, y.dims);
  const seeded: Fused = {
    ...fused,
    inputs: fused.inputs.concat({ dtype: 'float32', dims: [1, ...y.dims], data: cotangent }),
  };
  const gradients = await run(graph, seeded);
  let got = 0;
  fused.inputs.forEach((fed, i) => {
    if (!isMoved(fed)) return;
    const x̄ = gradients[`gradient${i}`];
    assert.deepEqual([...x̄.dims], [1, ...fed.dims], `the gradient of input ${i} has its shape`);
    (x̄.data as Float32Array).forEach((v, j) => (got += v * directions[i][j]));
  });
  assert.ok(Math.abs(got - want) <= 2e-3 * Math.max(1, Math.abs(want)), `${got} is not ${want}`);
}

function appendBackward(graph: Graph, name: string, dims: readonly number[]): void {
  inferGraph(graph);
  const g = new Builder(graph);
  const y = graph.outputs[0];
  const seed = graph.value(name);
  [seed.dtype, seed.shape] = ['float32', [1, ...(y.shape ?? dims)]];
  const wanted = graph.inputs.filter((v) => v.dtype === 'float32');
  graph.inputs.push(seed);
  const cotangents = backward(g, [{ value: y, cotangent: seed }], wanted);
  graph.outputs.splice(0);
  for (const [value, cotangent] of cotangents) {
    const named = g.identity(cotangent);
    graph.rename(named, `gradient${value.name.slice(1)}`);
    named.shape = undefined;
    named.dtype = 'float32';
    graph.outputs.push(named);
  }
}
