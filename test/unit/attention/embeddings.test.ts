import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findWordEmbeddings } from '../../../src/onnx/attention/embeddings';
import type { Value } from '../../../src/onnx/graph/graph';
import { constant } from '../../../src/onnx/graph/tensor';
import { inferGraph } from '../../../src/onnx/shapes/infer';
import { batch, Sketch, tokens, width } from './build';

const rows = 11;

/** The word embeddings of a graph that looks `ids` up in a table. */
function found(lookUp: (s: Sketch, ids: Value) => Value) {
  const s = new Sketch();
  const value = lookUp(s, s.input('input_ids', [batch, tokens], 'int64'));
  const graph = s.output(s.linear(value));
  inferGraph(graph);
  return { value, all: findWordEmbeddings(graph) };
}

test('ids that are looked up in a table', () => {
  const { value, all } = found((s, ids) => s.g.gather(s.weight([rows, width]), ids, 0));
  assert.deepEqual(all, [{ ids: 'input_ids', value, vocabulary: rows }]);
});

test('a quantised table that is read in blocks (GatherBlockQuantized)', () => {
  const { value, all } = found((s, ids) => {
    const table = s.g.tensor(constant('uint8', [rows, 16], new Array<number>(rows * 16).fill(136)));
    const attributes = { bits: 8, block_size: 16, gather_axis: 0, quantize_axis: 1 };
    const scales = s.g.tensor(constant('float32', [rows, 1], new Array<number>(rows).fill(1)));
    return s.g.slice(s.g.op('com.microsoft:GatherBlockQuantized', [table, ids, scales], attributes), -1, 0, width);
  });
  assert.deepEqual(
    all.map(({ ids, vocabulary }) => ({ ids, vocabulary })),
    [{ ids: 'input_ids', vocabulary: rows }],
  );
  assert.equal(all[0].value.producer?.type, 'com.microsoft:GatherBlockQuantized');
  assert.notEqual(all[0].value, value);
});

test('ids of which a slice cuts nothing off (XLM), but not a part of them', () => {
  const sliced = (end: number) =>
    found((s, ids) => s.g.gather(s.weight([rows, width]), s.g.slice(ids, 1, 0, end), 0)).all.length;
  assert.equal(sliced(tokens), 1);
  assert.equal(sliced(tokens - 1), 0);
});
