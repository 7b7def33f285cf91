import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Builder } from '../../../src/onnx/graph/builder';
import { dropDeadNodes } from '../../../src/onnx/graph/dead';
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

/** One attention over x [batch, tokens, n] whose queries are given, as exports lay heads out: [batch, heads, queries, size]. */
function attend(g: Builder, x: Value, queries: number, weights: { k: Value; v: Value }): Value {
  const [batch, tokens, heads, size] = [2, 4, 3, 2];
  const ofHeads = (w: Value) => g.reshape(g.matmul(x, w), [batch, tokens, heads, size]);
  const q = g.tensor(randomConstant([batch, heads, queries, size], 7));
  const scores = g.matmul(q, g.transpose(ofHeads(weights.k), [0, 2, 3, 1]));
  return g.matmul(g.op('Softmax', [scores], { axis: -1 }), g.transpose(ofHeads(weights.v), [0, 2, 1, 3]));
}

const randomConstant = (dims: readonly number[], seed: number) =>
  constant('float32', dims, [...(randomTensor(dims, seed).data as Float32Array)]);

for (const queries of [1, 3])
  test(`an attention of ${queries} ${queries === 1 ? 'query: keys and values have cotangents of rank one, and no product with their weights is made of them' : 'queries'}`, async () => {
    const weights: { k?: Value; v?: Value } = {};
    const { graph, x̄, seed } = differentiate([2, 4, 5], (g, x) => {
      const [k, v] = [8, 9].map((seed) => g.tensor(randomConstant([5, 6], seed)));
      Object.assign(weights, { k, v });
      return attend(g, x, queries, { k, v });
    });
    const y = graph.nodes
      .find((n) => n.op === 'Softmax')!
      .outputs[0]!.consumers.values()
      .next().value!.outputs[0]!;
    graph.outputs.push(y);
    dropDeadNodes(graph);
    const whole = graph.nodes.filter((n) => n.op === 'FusedMatMul' && n.inputs.some((v) => v === weights.k || v === weights.v)); // prettier-ignore
    assert.equal(whole.length, queries === 1 ? 0 : 2);

    const x = randomTensor([2, 4, 5], 1);
    const direction = randomTensor([2, 4, 5], 2).data as Float32Array;
    const h = 1e-2;
    const at = async (step: number) => {
      const moved = { ...x, data: (x.data as Float32Array).map((value, i) => value + step * direction[i]) };
      return runGraph(graph, { x: moved, seed });
    };
    const [before, now, after] = [await at(-h), await at(0), await at(h)].map((results) => ({
      y: results[y.name].data as Float32Array,
      x̄: results[x̄!.name].data as Float32Array,
    }));
    const dot = (a: Float32Array, b: (i: number) => number) => a.reduce((sum, value, i) => sum + value * b(i), 0);
    for (let target = 0; target < 2; target++) {
      const ȳ = (seed.data as Float32Array).subarray(target * now.y.length, (target + 1) * now.y.length);
      const difference = dot(ȳ, (i) => (after.y[i] - before.y[i]) / (2 * h));
      const along = dot(now.x̄.subarray(target * 40, (target + 1) * 40), (i) => direction[i]);
      assert.ok(Math.abs(along - difference) < 1e-3 * Math.max(1, Math.abs(difference)), `${along}, not ${difference}`);
    }
  });

test('the cotangent of keys that were transposed twice is a product that needs no transposition of single numbers', () => {
  const { graph, added } = differentiate([2, 4, 6], (g, x) =>
    g.matmul(g.ones([2, 3, 5, 2]), g.transpose(g.reshape(x, [2, 4, 3, 2]), [0, 2, 3, 1])),
  );
  dropDeadNodes(graph);
  assert.ok(added.includes('Transpose'));
  const moves = graph.nodes.filter((n) => n.op === 'Transpose').map((n) => n.ints('perm'));
  assert.deepEqual(moves, [[0, 1, 3, 2, 4]]);
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
