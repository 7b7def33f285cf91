import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contributions } from '../../src/shared/contributions';
import { countedPositions, promptLength } from '../../src/shared/counted';
import { attentionStatistics, layerRelevance } from '../../src/shared/head-statistics';
import { meanRelevance, type Heads } from '../../src/shared/heads';
import { layerCount } from '../../src/shared/layers';
import { readOutRow } from '../../src/shared/read-out';
import { relevanceStep } from '../../src/shared/relevance';
import { rowsOf } from '../../src/shared/rows';
import { floatTensor } from '../../src/shared/tensor';
import { headValues, readOutRows, shrinkHeads, thumbnailSide } from '../../src/shared/thumbnails';
import { explanation, prompt, tower } from './support/explanation';

const near = (actual: number, expected: number, tolerance = 1e-6, what = '') =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what} ${actual}, expected ${expected}`);

/** [1, T, T] from its rows. */
const head = (rows: readonly (readonly number[])[]) =>
  floatTensor([1, rows.length, rows[0].length], Float32Array.from(rows.flat()));

const line = { queries: [0, 1, 2, 3], prefix: 1, sink: true, columns: null };

test('entropy is ln T of an even attention, and 0 where all of it is in one place', () => {
  const even = head(Array.from({ length: 4 }, () => [0.25, 0.25, 0.25, 0.25]));
  near(attentionStatistics(even, line).entropy[0], Math.log(4));
  const first = head(Array.from({ length: 4 }, () => [1, 0, 0, 0]));
  assert.equal(attentionStatistics(first, line).entropy[0], 0);
  const half = head([[0.5, 0.5, 0, 0], ...Array.from({ length: 3 }, () => [1, 0, 0, 0])]);
  near(attentionStatistics(half, line).entropy[0], Math.log(2) / 4);
});

test('the sink is the mean share of the first token, and NaN where there is none', () => {
  const attention = head([
    [1, 0, 0, 0],
    [0.5, 0.5, 0, 0],
    [0.25, 0, 0.75, 0],
    [0.25, 0, 0, 0.75],
  ]);
  near(attentionStatistics(attention, line).sink[0], 0.5);
  assert.ok(Number.isNaN(attentionStatistics(attention, { ...line, prefix: 0, sink: false }).sink[0]));
});

test('distance is Σ a·distance without the prefix: along the line of tokens, or across the grid', () => {
  // Every word looks two to the right, or to the start token, which is not counted.
  const text = head([
    [1, 0, 0, 0],
    [0, 0, 0, 1],
    [1, 0, 0, 0],
    [0.5, 0.5, 0, 0],
  ]);
  near(attentionStatistics(text, line).distance[0], (2 + 0 + 0.5 * 2) / 3);
  // CLS and a grid of 2 × 3: each patch looks at the last one, (1, 2).
  const grid = head(Array.from({ length: 7 }, () => [0, 0, 0, 0, 0, 0, 1]));
  const positions = { queries: [0, 1, 2, 3, 4, 5, 6], prefix: 1, sink: true, columns: 3 };
  const distances = [Math.hypot(1, 2), Math.hypot(1, 1), 1, 2, 1, 0];
  near(attentionStatistics(grid, positions).distance[0], distances.reduce((a, b) => a + b) / 6);
});

test('only the queries that are named count', () => {
  const attention = head([
    [0.25, 0.25, 0.25, 0.25],
    [1, 0, 0, 0],
    [1, 0, 0, 0],
    [1, 0, 0, 0],
  ]);
  near(attentionStatistics(attention, { ...line, queries: [0] }).entropy[0], Math.log(4));
  assert.ok(Number.isNaN(attentionStatistics(attention, { ...line, queries: [0] }).distance[0]), 'no word among them');
});

const heads = (size: number) =>
  fc.record({
    heads: fc.constant(size),
    queries: fc.constant(4),
    keys: fc.constant(4),
    attention: fc.float32Array({ minLength: size * 16, maxLength: size * 16, min: 0, max: 1, noNaN: true }),
    gradient: fc.float32Array({ minLength: size * 16, maxLength: size * 16, min: -1, max: 1, noNaN: true }),
  });

test('the heads’ relevance adds up to the step of the read-out row', () => {
  fc.assert(
    fc.property(heads(3), fc.float64Array({ minLength: 4, maxLength: 4, min: 0, max: 2, noNaN: true }), (layer, v) => {
      const counted = [1, 3];
      const { heads, added } = layerRelevance(layer, v, counted);
      const step = relevanceStep(v, meanRelevance(layer));
      step.forEach((value, j) => near(v[j] + added[j], value, 1e-9));
      near(
        heads.reduce((a, b) => a + b),
        counted.reduce((sum, j) => sum + step[j] - v[j], 0),
        1e-9,
      );
    }),
  );
});

test('a head’s share is its own products alone', () => {
  const layer: Heads = {
    ...{ heads: 2, queries: 2, keys: 2 },
    attention: Float32Array.of(0.5, 0.5, 0, 1, 1, 0, 0.5, 0.5),
    gradient: Float32Array.of(2, -4, 0, 3, 1, 1, 1, 1),
  };
  // v = (1, 0): head 0 gives relu(0.5·2, 0.5·−4)/2, head 1 relu(1, 0)/2.
  assert.deepEqual([...layerRelevance(layer, [1, 0], [0, 1]).heads], [0.5, 0.5]);
  assert.deepEqual([...layerRelevance(layer, [0, 1], [1]).heads], [1.5, 0.25]);
  assert.deepEqual([...layerRelevance(layer, [0, 0], [0, 1]).heads], [0, 0]);
});

for (const readOut of ['cls', 'pooling'] as const)
  test(`contributions of a tower with ${readOut} add up to what the range adds to its map`, () => {
    const shape = { layers: 4, prompts: 2, tokens: readOut === 'cls' ? 7 : 6, prefix: readOut === 'cls' ? 1 : 0 };
    const whole = explanation({ vision: tower({ ...shape, readOut }, 5) });
    const { vision } = rowsOf(whole);
    const count = layerCount(vision);
    whole.prompts.forEach((entry, k) => {
      const counted = countedPositions(vision, entry);
      const sumOf = (first: number, last: number) => {
        const row = readOutRow(whole.vision, 'relevance', { first, last }, k, 0);
        return counted.reduce((sum, j) => sum + row[j], 0);
      };
      for (let last = 0; last < count; last++)
        for (let first = 0; first <= last; first++) {
          const parts = contributions(vision, k, { first, last }, entry);
          assert.equal(parts.length, last - first + 1);
          assert.ok(parts.every((part) => part > 0));
          const start = readOut === 'pooling' && last < 4 ? sumOf(4, 4) : 0;
          near(
            parts.reduce((a, b) => a + b),
            sumOf(first, last) - start,
            1e-5,
            `${first}-${last}`,
          );
        }
    });
  });

test('contributions of the text tower are those to the words, without the 1 of a word that is read', () => {
  const whole = explanation();
  const { text } = rowsOf(whole);
  const entry = whole.prompts[1];
  const sumOf = (positions: readonly number[], readOut: number) => {
    const row = readOutRow(whole.text, 'relevance', { first: 0, last: 1 }, 1, readOut);
    return positions.reduce((sum, j) => sum + row[j], 0);
  };
  const total = (parts: readonly number[]) => parts.reduce((a, b) => a + b);
  const words = countedPositions(text, entry);
  assert.deepEqual(words, [1, 2, 3, 4]);
  near(total(contributions(text, 1, { first: 0, last: 1 }, entry)), sumOf(words, entry.readOut), 1e-5);
  // A prompt that fills the context: its last word is the row that is read.
  const full = { ...entry, readOut: 4 };
  const rows = rowsOf({ ...whole, prompts: [whole.prompts[0], full] }).text;
  near(total(contributions(rows, 1, { first: 0, last: 1 }, full)), sumOf(words, 4) - 1, 1e-5);
});

test('a prompt’s positions are its tokens, and the padding before the row that is read', () => {
  const four = prompt('a b', 1, 1);
  assert.equal(promptLength(four), 4);
  assert.equal(promptLength({ ...four, readOut: 15 }), 16);
});

test('thumbnails keep a diagonal and the sign, and leave small matrices as they are', () => {
  const size = 130;
  const data = new Float32Array(2 * size * size);
  for (let i = 0; i < size; i++) {
    data[i * size + i] = 1;
    data[size * size + i * size + (size - 1 - i)] = -0.5;
  }
  const side = thumbnailSide(size);
  assert.equal(side, 48);
  const small = shrinkHeads(floatTensor([2, size, size], data), side);
  assert.equal(small.length, 2 * 48 * 48);
  for (let i = 0; i < side; i++) {
    assert.equal(small[i * side + i], 1);
    assert.equal(small[side * side + i * side + (side - 1 - i)], -0.5);
    assert.equal(small.subarray(i * side, (i + 1) * side).filter((value) => value !== 0).length <= 3, true);
  }
  const tiny = floatTensor([2, 2, 2], Float32Array.of(1, 2, 3, 4, -1, -2, -3, -4));
  assert.deepEqual(shrinkHeads(tiny, thumbnailSide(2)), tiny.data);
});

test('the read-out row of every head is v·M, without the prefix', () => {
  const values = floatTensor([2, 2, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  assert.deepEqual([...readOutRows(values, [0, 1], 0)], [3, 4, 7, 8]);
  assert.deepEqual([...readOutRows(values, [0.5, 0.5], 1)], [3, 7]);
});

test('what a view shows of heads is A, its gradient, or their product', () => {
  const attention = floatTensor([1, 1, 2], Float32Array.of(0.5, 0.25));
  const gradient = floatTensor([1, 1, 2], Float32Array.of(-2, 4));
  assert.equal(headValues('attention', { attention, gradient }), attention);
  assert.equal(headValues('gradient', { attention, gradient }), gradient);
  assert.deepEqual([...headValues('product', { attention, gradient }).data], [-1, 1]);
});
