import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSites } from '../../../src/onnx/attention/find';
import type { Value } from '../../../src/onnx/graph/graph';
import { raiseGraph } from '../../../src/onnx/raise/raise';
import { heads, Sketch, tokens, width } from './build';

/** The types of the nodes that make the probabilities of the attentions in one layer. */
function found(weigh: (s: Sketch, x: Value) => Value, raise = false): string[] {
  const s = new Sketch();
  const x = s.input('x');
  const graph = s.output(s.g.add(x, weigh(s, x)));
  if (raise) raiseGraph(graph);
  return findSites(graph).map((site) => site.probabilities.producer?.type ?? '');
}

const values = (s: Sketch, x: Value): Value => s.split(s.linear(x));
const context = (s: Sketch, x: Value, a: Value): Value => s.merge(s.g.matmul(a, values(s, x)));

test('an attention is a softmax of products of queries and keys that weighs values', () => {
  assert.deepEqual(
    found((s, x) => s.attention(x)),
    ['Softmax'],
  );
});

test('heads that are mixed before and behind the softmax (talking heads) are found', () => {
  const mix = (s: Sketch, map: Value) =>
    s.g.transpose(s.linear(s.g.transpose(map, [0, 2, 3, 1]), heads, heads), [0, 3, 1, 2]);
  assert.deepEqual(
    found((s, x) => context(s, x, mix(s, s.softmax(mix(s, s.scores(x, x)))))),
    ['Softmax'],
  );
});

test('two maps whose difference weighs the values are two attentions', () => {
  const types = found((s, x) => {
    const second = s.g.scale(s.softmax(s.scores(x, x)), 0.4);
    return context(s, x, s.g.sub(s.softmax(s.scores(x, x)), second));
  });
  assert.deepEqual(types, ['Softmax', 'Softmax']);
});

test('a sink that takes part in the softmax and is cut off again does not count as a key', () => {
  const types = found((s, x) => {
    const sink = s.g.expand(s.weight([1, heads, 1, 1]), [2, heads, tokens, 1]);
    const a = s.softmax(s.g.concat([s.scores(x, x), sink], -1));
    return context(s, x, s.g.slice(a, -1, 0, tokens));
  });
  assert.deepEqual(types, ['Slice']);
});

test('softmax written out, with or without the maximum, and as the exponential of its logarithm is a softmax', () => {
  const quotient = (s: Sketch, e: Value) => s.g.div(e, s.g.reduceSum(e, [-1], { keepdims: true }));
  const shifted = (s: Sketch, z: Value) => s.g.sub(z, s.g.reduceMax(z, [3], { keepdims: true }));
  const written: readonly ((s: Sketch, z: Value) => Value)[] = [
    (s, z) => quotient(s, s.g.exp(z)),
    (s, z) => quotient(s, s.g.exp(shifted(s, z))),
    (s, z) => s.g.exp(s.g.op('LogSoftmax', [z], { axis: -1 })),
  ];
  for (const w of written)
    assert.deepEqual(
      found((s, x) => context(s, x, w(s, s.scores(x, x))), true),
      ['Softmax'],
    );
});

test('exponentials over one plus their sum are no softmax', () => {
  const types = found((s, x) => {
    const e = s.g.exp(s.scores(x, x));
    return context(s, x, s.g.div(e, s.g.shift(s.g.reduceSum(e, [-1], { keepdims: true }), 1)));
  }, true);
  assert.deepEqual(types, []);
});

test('linear attention has no map of queries and keys', () => {
  const types = found((s, x) => {
    const [q, k] = [s.softmax(s.split(s.linear(x))), s.softmax(s.split(s.linear(x)), -2)];
    return s.merge(s.g.matmul(q, s.g.matmul(s.g.transpose(k, [0, 1, 3, 2]), values(s, x))));
  });
  assert.deepEqual(types, []);
});

test('a router that weighs experts by a softmax is no attention, not even behind one', () => {
  const types = found((s, x) => {
    const y = s.attention(x);
    const weights = s.g.unsqueeze(s.softmax(s.linear(y, 3)), [2]);
    const experts = s.g.reshape(s.linear(y, 3 * width), [0, 0, 3, width]);
    return s.g.squeeze(s.g.matmul(weights, experts), [2]);
  });
  assert.equal(types.length, 1);
});
