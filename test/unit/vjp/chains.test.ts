import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Builder } from '../../../src/onnx/graph/builder';
import type { Attributes, Value } from '../../../src/onnx/graph/graph';
import { Graph } from '../../../src/onnx/graph/graph';
import { constant } from '../../../src/onnx/graph/tensor';
import { backward } from '../../../src/onnx/vjp/backward';
import { UnsupportedModel } from '../../../src/shared/errors';
import { runGraph } from '../support/ort';
import { randomTensor } from '../support/vjp-check';
import { wholeNumbers } from './draws';

/** A graph of one input x, what it computes, and the nodes that its backward pass adds. */
function differentiate(dims: readonly number[], forward: (g: Builder, x: Value) => Value) {
  const graph = new Graph('chain');
  graph.opsets.set('', 18);
  const g = new Builder(graph);
  const x = graph.value('x');
  x.dtype = 'float32';
  x.shape = dims;
  graph.inputs.push(x);
  const y = forward(g, x);
  const cotangent = graph.value('seed');
  cotangent.dtype = 'float32';
  cotangent.shape = [2, ...(y.shape ?? [])];
  graph.inputs.push(cotangent);
  const before = graph.nodes.length;
  const x̄ = backward(g, [{ value: y, cotangent }], [x]).get(x);
  const added = graph.nodes.slice(before).map((n) => n.op);
  if (x̄) graph.outputs.push(x̄ === cotangent ? g.identity(x̄) : x̄);
  return { graph, added, x̄, seed: randomTensor(cotangent.shape as number[], 5) };
}

const k = 5;
const n = 3;
const weights = wholeNumbers(k * n, 3, -128, 127);
const zeroPoint = 4;
const scale = 0.0625;

/** [rows, n] · Wᵀ, with W the real numbers that the integers stand for. */
function throughWeight(ȳ: Float32Array): number[] {
  const rows = ȳ.length / n;
  return Array.from({ length: rows * k }, (_, i) => {
    const [r, c] = [Math.floor(i / k), i % k];
    let sum = 0;
    for (let j = 0; j < n; j++) sum += ȳ[r * n + j] * (weights[c * n + j] - zeroPoint) * scale;
    return sum;
  });
}

const near = (given: ArrayLike<number | bigint>, wanted: readonly number[]) =>
  wanted.forEach((w, i) => assert.ok(Math.abs(Number(given[i]) - w) < 1e-4, `${i}: ${given[i]}, not ${w}`));

test('dynamically quantised MatMul passes its gradient through the real weight, and none through the scale', async () => {
  const { graph, added, x̄, seed } = differentiate([4, k], (g, x) => {
    const [q, s, z] = g.ops('DynamicQuantizeLinear', [x], 3);
    const W = g.tensor(constant('int8', [k, n], weights));
    const y = g.op('MatMulInteger', [q, W, z, g.tensor(constant('int8', [], [zeroPoint]))]);
    return g.mul(g.cast(y, 'float32'), g.mul(s, g.scalar(scale)));
  });
  assert.ok(!added.includes('ReduceSum'), 'no gradient of the scale');
  const result = await runGraph(graph, { x: randomTensor([4, k], 1), seed });
  near(result[x̄!.name].data, throughWeight(seed.data as Float32Array));
});

test('quantised and dequantised activations pass their gradient as if they were real', async () => {
  const { graph, x̄, seed } = differentiate([4, k], (g, x) => {
    const [s, z] = [g.scalar(0.01), g.tensor(constant('uint8', [], [128]))];
    const q = g.op('QuantizeLinear', [x, s, z]);
    const real = g.op('DequantizeLinear', [g.transpose(q, [1, 0]), s, z]);
    const W = g.op('DequantizeLinear', [
      g.tensor(constant('int8', [k, n], weights)),
      g.scalar(scale),
      g.tensor(constant('int8', [], [zeroPoint])),
    ]);
    return g.matmul(g.transpose(real, [1, 0]), W);
  });
  const result = await runGraph(graph, { x: randomTensor([4, k], 1), seed });
  near(result[x̄!.name].data, throughWeight(seed.data as Float32Array));
});

test('a size that becomes a float is a constant: nothing is added for it', () => {
  const { added } = differentiate([4, k], (g, x) => {
    const size = g.cast(g.gather(g.op('Shape', [x]), g.scalar(1, 'int64'), 0), 'float32');
    return g.div(x, g.sqrt(size));
  });
  assert.deepEqual(added, ['Div']);
});

test('integers that stand for no real numbers end the gradient', () => {
  const { added } = differentiate([4], (g, x) => g.add(x, g.cast(g.cast(x, 'int32'), 'float32')));
  assert.ok(!added.includes('Cast'));
});

test('rounding has no gradient', () => {
  const { added, x̄ } = differentiate([4], (g, x) => g.sub(x, g.op('Floor', [x])));
  assert.deepEqual(added, []);
  assert.equal(x̄?.name, 'seed');
});

test('a weight is neither transposed nor reshaped: one FusedMatMul', () => {
  const { added } = differentiate([2, 4, k], (g, x) => g.matmul(x, g.ones([k, n])));
  assert.deepEqual(added, ['FusedMatMul']);
});

const refused: readonly [string, string, (g: Builder, x: Value) => (Value | undefined)[], Attributes][] = [
  ['Einsum', 'diagonal', (_, x) => [x], { equation: 'ii->i' }],
  ['Det', 'inverse', (_, x) => [x], {}],
  ['BatchNormalization', 'training', (g, x) => [x, ...[1, 2, 3, 4].map(() => g.ones([4]))], { training_mode: 1 }],
  ['Dropout', 'training', (g, x) => [x, g.scalar(0.5), g.tensor(constant('bool', [], [1]))], {}],
];
for (const [op, why, inputs, attributes] of refused)
  test(`${op} is refused by name where it cannot be differentiated`, () => {
    assert.throws(
      () => differentiate([4, 4], (g, x) => g.op(op, inputs(g, x), attributes)),
      (e: unknown) => e instanceof UnsupportedModel && e.message.includes(op) && e.message.includes(why),
    );
  });
