import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Builder } from '../../../src/onnx/graph/builder';
import { lowerGraph } from '../../../src/onnx/lower/lower';
import { assertSame, float, lowered, modelOf, run, sampler } from './harness';

const s = sampler(1);
const inputs = [s.floats(1, 3, 8), s.floats(1, 2, 4, 4), s.floats(1, 2, 4, 4)];
const crossing = {
  op: 'MultiHeadAttention',
  domain: 'com.microsoft',
  inputs,
  outputs: ['float32', 'float32', 'float32'] as const,
  attributes: { num_heads: 2 },
};

test('an output that is one of the inputs keeps its name', async () => {
  const y = await run(lowered(crossing), crossing);
  assert.deepEqual(Array.from(y.y1.data as Float32Array), Array.from(Float32Array.from(inputs[1].data)));
});

test('nodes around a fused one stay, in execution order, and read what took its place', () => {
  const graph = modelOf({ ...crossing, outputs: ['float32'] });
  const g = new Builder(graph);
  const [fused] = graph.outputs;
  const after = g.relu(fused);
  graph.outputs.push(after);
  lowerGraph(graph);
  assert.equal(after.producer?.inputs[0], graph.outputs[0]);
  assert.equal(graph.outputs[0].name, 'y0');
  const made = new Set(graph.inputs);
  for (const node of graph.nodes) {
    for (const v of node.inputs) assert.ok(!v || v.tensor || made.has(v), `${node} comes after what it reads`);
    for (const v of node.outputs) if (v) made.add(v);
  }
});

test('a graph without fused nodes is left as it is', () => {
  const graph = modelOf({ op: 'Softmax', inputs: [s.floats(2, 3)], outputs: ['float32'] });
  const before = [...graph.nodes];
  lowerGraph(graph);
  assert.deepEqual(graph.nodes, before);
});

test('Swish is the same taken apart', async () => {
  for (const alpha of [1, 1.7])
    await assertSame({
      op: 'Swish',
      opset: 24,
      inputs: [s.floats(2, 3)],
      outputs: ['float32'],
      attributes: { alpha: float(alpha) },
    });
});
