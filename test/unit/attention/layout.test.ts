import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layOutAttention } from '../../../src/onnx/attention/layout';
import { findAttentions } from '../../../src/onnx/attention/name';
import { unreadWarnings } from '../../../src/onnx/attention/unread';
import type { Value } from '../../../src/onnx/graph/graph';
import type { Tensor } from '../../../src/shared/tensor';
import { floatTensor } from '../../../src/shared/tensor';
import { runGraph } from '../support/ort';
import { batch, heads, Sketch, tokens, width } from './build';

/** Context [batch, queries, heads, width / heads] of queries, keys and values laid out like it. */
type Way = (s: Sketch, q: Value, k: Value, v: Value) => Value;

const einsum = (s: Sketch, equation: string, a: Value, b: Value) => s.g.op('Einsum', [a, b], { equation });
const byHead = (s: Sketch, x: Value) => s.g.transpose(x, [0, 2, 1, 3]);

const usual: Way = (s, q, k, v) =>
  byHead(s, s.g.matmul(s.softmax(s.g.matmul(byHead(s, q), s.g.transpose(k, [0, 2, 3, 1]))), byHead(s, v)));

const ways: Record<string, Way> = {
  '[batch, queries, heads, keys] (Gemma in Flax)': (s, q, k, v) =>
    einsum(s, 'btns,bsnh->btnh', s.softmax(einsum(s, 'btnh,bsnh->btns', q, k)), v),
  '[queries, keys, batch, heads] (XLNet in TensorFlow)': (s, q, k, v) => {
    const [i, j, w] = [q, k, v].map((x) => s.g.transpose(x, [1, 0, 2, 3]));
    const context = einsum(s, 'ijbn,jbnd->ibnd', s.softmax(einsum(s, 'ibnd,jbnd->ijbn', i, j), 1), w);
    return s.g.transpose(context, [1, 0, 2, 3]);
  },
  '[batch, heads, keys, queries]': (s, q, k, v) => {
    const a = s.softmax(s.g.matmul(byHead(s, k), s.g.transpose(q, [0, 2, 3, 1])), -2);
    return byHead(s, s.g.matmul(s.g.transpose(a, [0, 1, 3, 2]), byHead(s, v)));
  },
  '[batch, heads, keys, queries], values first': (s, q, k, v) => {
    const a = s.softmax(s.g.matmul(byHead(s, k), s.g.transpose(q, [0, 2, 3, 1])), 2);
    return s.g.transpose(s.g.matmul(s.g.transpose(v, [0, 2, 3, 1]), a), [0, 3, 1, 2]);
  },
  'scores transposed before the softmax and probabilities behind it': (s, q, k, v) => {
    const scores = s.g.matmul(byHead(s, q), s.g.transpose(k, [0, 2, 3, 1]));
    return byHead(s, s.g.matmul(byHead(s, s.softmax(byHead(s, scores))), byHead(s, v)));
  },
};

const numbers = floatTensor(
  [batch, tokens, width],
  Float32Array.from({ length: batch * tokens * width }, (_, i) => Math.sin(1 + i)),
);

/** The model's output and its attentions' probabilities, as the augmented graph returns them. */
async function run(way: Way): Promise<Record<string, Tensor>> {
  const s = new Sketch();
  const x = s.input('x');
  const split = () => s.g.reshape(s.linear(x), [0, 0, heads, width / heads]);
  const graph = s.output(s.g.add(x, s.linear(s.g.reshape(way(s, split(), split(), split()), [0, 0, width]))));
  layOutAttention(graph);
  const found = findAttentions(graph);
  assert.deepEqual(
    found.map((a) => [a.stack, a.kind]),
    [['vision', 'self']],
  );
  graph.rename(found[0].probabilities, 'probabilities');
  graph.outputs.push(found[0].probabilities);
  return runGraph(graph, { x: numbers });
}

for (const [name, way] of Object.entries(ways))
  test(`attention in another layout is read as [batch, heads, queries, keys]: ${name}`, async () => {
    const [expected, got] = [await run(usual), await run(way)];
    for (const output of ['probabilities', 'out']) {
      assert.deepEqual(got[output].dims, expected[output].dims);
      const far = [...(got[output].data as Float32Array)].map((v, i) => Math.abs(v - Number(expected[output].data[i])));
      assert.ok(Math.max(...far) < 1e-6, `${output}: ${Math.max(...far)}`);
    }
  });

test('the usual layout is left alone', () => {
  const s = new Sketch();
  const x = s.input('x');
  const graph = s.output(s.attention(x));
  const before = graph.nodes.map(String);
  layOutAttention(graph);
  assert.deepEqual(graph.nodes.map(String), before);
});

test('a softmax over the queries is not taken for attention: slots that tokens are given to (GroupViT), keys of linear attention', () => {
  const s = new Sketch();
  const x = s.input('x');
  const slots = s.softmax(s.scores(x, x), -2);
  const given = s.merge(s.g.matmul(slots, s.split(s.linear(x))));
  const keys = s.softmax(s.g.transpose(s.split(s.linear(x)), [0, 1, 3, 2]));
  const linear = s.merge(s.g.matmul(s.split(s.linear(x)), s.g.matmul(keys, s.split(s.linear(x)))));
  const graph = s.output(s.g.add(given, linear));
  layOutAttention(graph);
  assert.deepEqual(findAttentions(graph), []);
  assert.match(unreadWarnings(graph, [])[0], new RegExp(`^The softmax "${slots.producer?.name}" weighs values`));
});
