import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Matrix } from '../../../src/shared/matrix';
import { isPair, pairParts } from '../../../src/shared/text/pairs';
import { placesOf, unitTiles } from '../../../src/shared/text/thumbnail-units';
import { mergedMatrix, tokenUnits, unitMatrix, unitsAt, type TokenLabel } from '../../../src/shared/text/token-units';
import { floatTensor } from '../../../src/shared/tensor';
import { shrinkHeads } from '../../../src/shared/thumbnails';

/** "[CLS] un believ able dogs [SEP] they bark ed [SEP]" */
const label = (text: string, word: number, part: number): TokenLabel => ({ text, special: word < 0, word, part });
const tokens = [
  label('[CLS]', -1, 0),
  label('un', 0, 0),
  label('believ', 0, 0),
  label('able', 0, 0),
  label('dogs', 1, 0),
  label('[SEP]', -1, 0),
  label('they', 2, 1),
  label('bark', 3, 1),
  label('ed', 3, 1),
  label('[SEP]', -1, 1),
];
const words = ['Unbelievable', 'dogs', 'They', 'barked'];
const all = { units: 'tokens', special: true, part: null } as const;
const texts = (choice: Parameters<typeof tokenUnits>[2]) => tokenUnits(tokens, words, choice).labels.map(({ text }) => text); // prettier-ignore

test('all tokens, words, one part, without special tokens', () => {
  assert.equal(tokenUnits(tokens, words, all).whole, true);
  assert.deepEqual(texts({ ...all, units: 'words' }), ['[CLS]', 'Unbelievable', 'dogs', '[SEP]', 'They', 'barked', '[SEP]']); // prettier-ignore
  assert.deepEqual(texts({ ...all, special: false, part: 1 }), ['they', 'bark', 'ed']);
  assert.deepEqual(texts({ units: 'words', special: false, part: 0 }), ['Unbelievable', 'dogs']);
  const units = tokenUnits(tokens, words, { ...all, units: 'words', special: false });
  assert.deepEqual(units.tokens, [[1, 2, 3], [4], [6], [7, 8]]);
  assert.deepEqual([...units.unitOf], [-1, 0, 0, 0, 1, -1, 2, 3, 3, -1]);
  assert.deepEqual(unitsAt(units, [0, 2, 3, 8]), [0, 3]);
  assert.equal(units.axis.name(0), 'Unbelievable');
  assert.equal(tokenUnits(tokens, words, { units: 'words', special: false, part: null }), units);
});

test('tokens of no word stay alone, and two texts’ words never become one', () => {
  const odd = [label('a', 0, 0), label('b', 0, 1), { text: '?', special: false, word: -1, part: 1 }, { text: '!', special: false, word: -1, part: 1 }]; // prettier-ignore
  const units = tokenUnits(odd, ['ab'], { ...all, units: 'words' });
  assert.deepEqual(units.tokens, [[0], [1], [2], [3]]);
  assert.deepEqual(units.labels.map(({ text }) => text), ['ab', 'ab', '?', '!']); // prettier-ignore
});

test('the parts that each filter leaves', () => {
  assert.deepEqual(pairParts('all'), { query: null, key: null });
  assert.deepEqual(pairParts('aa'), { query: 0, key: 0 });
  assert.deepEqual(pairParts('bb'), { query: 1, key: 1 });
  assert.deepEqual(pairParts('ab'), { query: 0, key: 1 });
  assert.deepEqual(pairParts('ba'), { query: 1, key: 0 });
  assert.equal(isPair(tokens), true);
  assert.equal(isPair(tokens.slice(0, 6)), false);
});

const matrix: Matrix = {
  rows: 3,
  columns: 4,
  data: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.1, 0.2, 0.2, 0, 0, 1, 0),
};

test('amounts: the mean over queries of the sum over keys', () => {
  const { data } = mergedMatrix(matrix, [[0, 1], [2]], [[0, 1], [3]], 'amounts');
  [0.45, 0.3, 0, 0].forEach((value, i) => assert.ok(Math.abs(data[i]! - value) < 1e-7, `${i}: ${data[i]}`));
});

test('rates: the mean over both', () => {
  const { data } = mergedMatrix(matrix, [[0, 1], [2]], [[0, 1], [3]], 'rates');
  [0.225, 0.3, 0, 0].forEach((value, i) => assert.ok(Math.abs(data[i]! - value) < 1e-7, `${i}: ${data[i]}`));
});

test('property: merged rows of attention sum to 1 where no key is hidden', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.double({ min: 0.01, max: 1, noNaN: true })),
      (steps, stream) => {
        let word = 0;
        const own = steps.map((step) => label('t', (word += step > 1 ? 1 : 0), 0));
        const size = own.length;
        const data = new Float32Array(size * size);
        for (let row = 0; row < size; row++) {
          const values = Array.from({ length: size }, () => stream.next().value);
          const sum = values.reduce((a, b) => a + b, 0);
          data.set(values.map((v) => v / sum), row * size); // prettier-ignore
        }
        const units = tokenUnits(
          own,
          Array.from({ length: word + 1 }, (_, i) => `w${i}`),
          { ...all, units: 'words' },
        );
        const merged = unitMatrix({ rows: size, columns: size, data }, units, units, 'amounts');
        for (let row = 0; row < merged.rows; row++) {
          const sum = [...merged.data.subarray(row * merged.columns, (row + 1) * merged.columns)].reduce(
            (a, b) => a + b,
            0,
          );
          assert.ok(Math.abs(sum - 1) < 1e-5);
        }
      },
    ),
  );
});

test('units that are all tokens leave a matrix as it is, and a choice made again gives the same object', () => {
  const of = tokens.slice(0, 4);
  const whole = tokenUnits(of, words, all);
  const square: Matrix = { rows: 4, columns: 4, data: new Float32Array(16) };
  assert.equal(unitMatrix(square, whole, whole, 'amounts'), square);
  const merged = tokenUnits(of, words, { ...all, units: 'words' });
  const once = unitMatrix(square, merged, whole, 'amounts');
  assert.equal(unitMatrix(square, merged, whole, 'amounts'), once);
  assert.deepEqual([once.rows, once.columns], [2, 4]);
});

test('thumbnails of a short text are merged as its heads are, those of a cross-attention too', () => {
  const values = Float32Array.from({ length: 2 * 10 * 4 }, (_, i) => ((7 * i) % 13) / 13);
  const matrices = floatTensor([1, 2, 10, 4], values);
  const query = tokenUnits(tokens, words, { units: 'words', special: false, part: null });
  const key = tokenUnits(tokens.slice(0, 4), words, all);
  const tiles = unitTiles({ matrices }, query, key, 'amounts');
  assert.deepEqual([tiles.rows, tiles.columns, tiles.exact], [4, 4, true]);
  const second = unitMatrix({ rows: 10, columns: 4, data: values.subarray(40) }, query, key, 'amounts');
  assert.deepEqual([...tiles.data.subarray(16)], [...second.data]);
  assert.deepEqual(placesOf(tiles.queries, [8]), [3]);
  assert.deepEqual(placesOf(tiles.queries, [0]), []);
});

test('of a long text’s thumbnails the blocks with shown tokens stay', () => {
  const many = Array.from({ length: 100 }, (_, i) => label(`t${i}`, i, i < 50 ? 0 : 1));
  const heads = floatTensor(
    [1, 100, 100],
    Float32Array.from({ length: 10_000 }, (_, i) => (i % 101 === 0 ? 1 : 0)),
  );
  const matrices = floatTensor([1, 1, 10, 10], shrinkHeads(heads, 10));
  const second = tokenUnits(many, [], { ...all, part: 1 });
  const tiles = unitTiles({ matrices }, second, second, 'amounts');
  assert.deepEqual([tiles.rows, tiles.columns, tiles.exact], [5, 5, false]);
  assert.deepEqual(tiles.queries[0], [50, 51, 52, 53, 54, 55, 56, 57, 58, 59]);
  // The diagonal is still there.
  assert.deepEqual([...tiles.data].map((v, i) => (v > 0 ? i : -1)).filter((i) => i >= 0), [0, 6, 12, 18, 24]); // prettier-ignore
});

test('blocks of a matrix that is not square', () => {
  const heads = floatTensor(
    [1, 4, 6],
    Float32Array.from({ length: 24 }, (_, i) => i - 12),
  );
  assert.deepEqual([...shrinkHeads(heads, 2, 3)], [-12, -10, -8, 7, 9, 11]);
});
