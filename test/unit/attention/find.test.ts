import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSites } from '../../../src/onnx/attention/find';
import { unreadWarnings } from '../../../src/onnx/attention/unread';
import type { Value } from '../../../src/onnx/graph/graph';
import { raiseGraph } from '../../../src/onnx/raise/raise';
import { constant } from '../../../src/onnx/graph/tensor';
import { batch, heads, Sketch, tokens, width } from './build';

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

test('keys are told from a table of relative positions that queries are multiplied with, whichever comes first (ViTDet)', () => {
  const s = new Sketch();
  const x = s.input('x');
  const [q, k] = [s.split(s.linear(x)), s.g.transpose(s.split(s.linear(x)), [0, 1, 3, 2])];
  // The table is looked up, so that it is no plain weight, and lies nearer to the softmax than Q·Kᵀ.
  const positions = s.g.tensor(
    constant(
      'int64',
      [tokens],
      Array.from({ length: tokens }, (_, i) => i),
    ),
  );
  const table = s.g.transpose(s.g.gather(s.weight([9, width / heads]), positions, 0), [1, 0]);
  const scores = s.g.add(s.g.scale(s.g.matmul(q, k), 0.5), s.g.matmul(q, table));
  const [site] = findSites(s.output(context(s, x, s.softmax(scores))));
  assert.equal(site.key, k);
});

const warnings = (build: (s: Sketch, x: Value) => Value): string[] => {
  const s = new Sketch();
  const graph = s.output(build(s, s.input('x')));
  return unreadWarnings(graph, findSites(graph));
};

/** Every query's row, cut into chunks of one, as a sliding window lays its maps out. */
const inChunks = (s: Sketch, x: Value): Value => {
  const a = s.softmax(s.g.transpose(s.scores(x, x), [0, 2, 1, 3]));
  const chunks = s.g.op('Pad', [a, s.g.tensor(constant('int64', [8], [0, 0, 0, 0, 0, 0, 0, 0]))]);
  const rows = s.g.reshape(chunks, [batch, tokens, heads, 1, tokens]);
  const v = s.g.unsqueeze(values(s, x), [1]);
  return s.g.reshape(s.g.matmul(rows, v), [batch, tokens, width]);
};

test('attention that is not read, in chunks or over the queries, is told', () => {
  assert.match(warnings(inChunks)[0], /^The softmax ".+" weighs values in a way that is not read/);
  const two = warnings((s, x) => inChunks(s, inChunks(s, x)));
  assert.match(two[0], /and 1 more weigh values/);
  assert.match(warnings((s, x) => context(s, x, s.softmax(s.scores(x, x), -2)))[0], /a softmax over the queries/);
});

test('a softmax that is read, that chooses experts or that ends the model is no attention in disguise', () => {
  assert.deepEqual(
    warnings((s, x) => s.attention(x)),
    [],
  );
  const experts = warnings((s, x) => {
    const y = s.attention(x);
    const weights = s.g.unsqueeze(s.softmax(s.linear(y, 3)), [2]);
    return s.g.matmul(weights, s.g.reshape(s.linear(y, 3 * width), [0, 0, 3, width]));
  });
  assert.deepEqual(experts, []);
  assert.deepEqual(
    warnings((s, x) => s.softmax(s.scores(s.attention(x), x))),
    [],
  );
  assert.match(warnings((s, x) => s.linear(x))[0], /^No attention was found/);
});
