import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedAxis, patchAxis, shortSpecial, thinned, tokenAxis } from '../../src/shared/axis';
import { blockExtremes, combinedHeads, headMatrix, layerTop, matrixTop } from '../../src/shared/head-matrix';
import { headNumbers, headNumbersPhrase } from '../../src/shared/head-numbers';
import { headColumns, headOrder } from '../../src/shared/head-order';
import type { HeadStatistics } from '../../src/shared/heads-data';
import { matrixCsv } from '../../src/shared/matrix-csv';
import { floatTensor } from '../../src/shared/tensor';

const layer = {
  attention: floatTensor([2, 2, 2], Float32Array.of(0.5, 0.5, 0.25, 0.75, 1, 0, 0, 1)),
  gradient: floatTensor([2, 2, 2], Float32Array.of(1, -2, 4, 0, -8, 1, 1, 1)),
};

test('a head is a view of its layer, its product is made once', () => {
  assert.deepEqual([...headMatrix(layer, 'attention', 1).data], [1, 0, 0, 1]);
  assert.deepEqual([...headMatrix(layer, 'gradient', 0).data], [1, -2, 4, 0]);
  const product = headMatrix(layer, 'product', 0);
  assert.deepEqual([...product.data], [0.5, -1, 1, 0]);
  assert.equal(headMatrix(layer, 'product', 0), product);
});

test('signed quantities are scaled by magnitude, a layer by its strongest head', () => {
  assert.equal(matrixTop(headMatrix(layer, 'gradient', 1), true), 8);
  assert.equal(layerTop(layer, 'gradient'), 8);
  assert.equal(layerTop(layer, 'attention'), 1);
});

test('heads together: mean and max', () => {
  const heads = [headMatrix(layer, 'attention', 0), headMatrix(layer, 'attention', 1)];
  assert.deepEqual([...combinedHeads(heads, 'mean').data], [0.75, 0.25, 0.125, 0.875]);
  assert.deepEqual([...combinedHeads(heads, 'max').data], [1, 0.5, 0.25, 1]);
  // Of signed values the largest magnitude, with its sign.
  const signed = [Float32Array.of(-2, 1), Float32Array.of(1, -3)].map((data) => ({ rows: 1, columns: 2, data }));
  assert.deepEqual([...combinedHeads(signed, 'max').data], [-2, -3]);
});

test('a large matrix made small keeps its diagonal and its signs', () => {
  const size = 577;
  const data = Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? -1 : 0.001));
  const small = blockExtremes({ rows: size, columns: size, data }, 100, 100);
  assert.deepEqual([small.rows, small.columns], [100, 100]);
  for (let i = 0; i < 100; i++) assert.equal(small.data[i * 101], -1);
  assert.equal(small.data.filter((v) => v === -1).length < 300, true);
  const one = { rows: 1, columns: 577, data: data.subarray(0, 577) };
  assert.equal(blockExtremes(one, 100, 100).rows, 1);
});

test('axes name tokens, patches by row and column, CLS and registers', () => {
  const patches = patchAxis({ tokens: 1 + 4 + 49, prefix: 5 }, 7);
  assert.deepEqual([0, 1, 4, 5, 6, 12].map(patches.name), ['CLS', 'reg 0', 'reg 3', 'r0c0', 'r0c1', 'r1c0']);
  assert.equal(patchAxis({ tokens: 196, prefix: 0 }, 14).name(0), 'r0c0');
  assert.equal(tokenAxis([{ text: 'a' }, { text: 'dog' }]).name(1), 'dog');
  assert.equal(namedAxis('pool').name(0), 'pool');
  assert.equal(shortSpecial('<|startoftext|>'), '<start>');
  assert.equal(shortSpecial('[CLS]'), '[CLS]');
});

test('labels are thinned to an even step and never touch', () => {
  const patches = patchAxis({ tokens: 577, prefix: 1 }, 24);
  for (const cell of [0.5, 0.55, 1, 1.5, 2, 6, 20])
    for (const room of [13, 30]) {
      const marks = thinned(patches, cell, room);
      assert.equal(marks[0]!.text, 'CLS');
      const rows = marks.slice(1).map(({ text }) => Number(text.slice(1)));
      const steps = new Set(rows.slice(1).map((row, i) => row - rows[i]!));
      assert.ok(steps.size <= 1, `one step at ${cell}: ${[...steps].join(' ')}`);
      marks.slice(1).forEach(({ at }, i) => assert.ok((at - marks[i]!.at) * cell >= room - 1e-9));
    }
  const tokens = tokenAxis(Array.from({ length: 77 }, (_, i) => ({ text: `t${i}` })));
  assert.equal(thinned(tokens, 20, 14).length, 77);
  assert.deepEqual(
    thinned(tokens, 5, 14)
      .slice(0, 3)
      .map(({ at }) => at),
    [0, 5, 10],
  );
});

test('a matrix as CSV: names quoted, no formulas, every float32 told apart', () => {
  const axis = tokenAxis([{ text: '=1+1' }, { text: 'a "b", c' }]);
  const data = Float32Array.of(0.1, 1e-9, 0.30000001192092896, Number.NaN);
  const lines = matrixCsv({ rows: 2, columns: 2, data }, axis, axis).split('\r\n');
  assert.equal(lines[0], `"query","'=1+1","a ""b"", c"`);
  assert.equal(lines[2], '"a ""b"", c",0.300000012,');
  assert.deepEqual(lines[1]!.split(',').slice(1).map(Number).map(Math.fround), [...data.subarray(0, 2)]);
});

const numbers = (values: readonly number[], batch: number): HeadStatistics[keyof HeadStatistics] =>
  floatTensor([batch, 1, 3], Float32Array.from(values));

test('a head’s numbers: those of the prompt, where they are of one', () => {
  const tower: HeadStatistics = {
    entropy: numbers([1, 2, 3], 1),
    distance: numbers([3, 2, 1], 1),
    sink: numbers([NaN, NaN, NaN], 1),
    relevance: numbers([0.1, 0.2, 0.7, 0.5, 0.25, 0.25], 2),
  };
  const second = headNumbers(tower, 0, 0, 1)!;
  assert.equal(second.relevance, 0.5);
  assert.equal(second.entropy, 1);
  assert.equal(
    headNumbersPhrase(second, { kind: 'patches', first: 'CLS' }),
    'share of relevance 50.0 %, entropy 1.00 nats, mean distance 3.00 patches',
  );
  assert.equal(headNumbers(tower, 1, 0, 1), null);
  assert.equal(headNumbers(null, 0, 0, 0), null);

  const all = [0, 1, 2].map((head) => headNumbers(tower, 0, head, 1));
  assert.deepEqual(headOrder(all, 'entropy'), [2, 1, 0]);
  assert.deepEqual(headOrder(all, 'relevance'), [0, 1, 2]);
  assert.deepEqual(headOrder(all, 'sink'), [0, 1, 2]);
  assert.deepEqual(headOrder([null, null], 'entropy'), [0, 1]);
});

test('12 heads lie 3 × 4, 6 lie 2 × 3, 16 lie 4 × 4', () => {
  assert.deepEqual([1, 4, 6, 8, 12, 16, 24].map(headColumns), [1, 2, 3, 4, 4, 4, 6]);
});
