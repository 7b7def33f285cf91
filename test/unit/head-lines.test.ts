import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headLines, lineStrokes, tokenLines } from '../../src/shared/head-lines';
import { sideWeights } from '../../src/shared/head-weights';
import type { Matrix } from '../../src/shared/matrix';

const matrix = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  columns: rows[0]!.length,
  data: Float32Array.from(rows.flat()),
});

const two = [
  matrix([
    [0.5, 0.5, 0],
    [0.01, 0.29, 0.7],
    [0.2, 0.3, 0.5],
  ]),
  matrix([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]),
];

test('a line is drawn where weight ÷ active heads can be seen', () => {
  const one = headLines(two, { active: [0] });
  assert.deepEqual(
    one.lines.map(({ query, key }) => [query, key]),
    [[0, 0], [0, 1], [1, 0], [1, 1], [1, 2], [2, 0], [2, 1], [2, 2]], // prettier-ignore
  );
  assert.equal(one.strongest, null);
  // Shared by two heads, 0.01 is too faint.
  const both = headLines(two, { active: [0, 1] });
  assert.equal(both.lines.filter(({ head }) => head === 0).length, 7);
  assert.equal(both.lines.filter(({ head }) => head === 1).length, 3);
});

test('too many lines: each query of each head keeps its strongest, and the number of the others is said', () => {
  const size = 512;
  const data = Float32Array.from({ length: size * size }, (_, i) => 0.01 + ((i * 7919) % 1000) / 2000);
  const heads = [{ rows: size, columns: size, data }];
  const capped = headLines(heads, { active: [0] });
  assert.equal(capped.strongest, 11);
  assert.equal(capped.lines.length, 11 * size);
  assert.equal(capped.left, size * size - 11 * size);
  const row = Array.from(data.subarray(0, size)).sort((a, b) => b - a);
  const kept = capped.lines.filter(({ query }) => query === 0).map(({ weight }) => weight);
  assert.deepEqual(kept, row.slice(0, 11));
});

test('a token’s own lines are all of them, from its side', () => {
  assert.deepEqual(tokenLines(two, [0, 1], 'query', 1), [
    { head: 0, query: 1, key: 0, weight: Math.fround(0.01) },
    { head: 0, query: 1, key: 1, weight: Math.fround(0.29) },
    { head: 0, query: 1, key: 2, weight: Math.fround(0.7) },
    { head: 1, query: 1, key: 1, weight: 1 },
  ]);
  assert.deepEqual(
    tokenLines(two, [0], 'key', 2).map(({ query, weight }) => [query, weight]),
    [[1, Math.fround(0.7)], [2, 0.5]], // prettier-ignore
  );
});

test('the other side is weighed by active head', () => {
  const lines = tokenLines(two, [0, 1], 'query', 1);
  const weights = sideWeights(lines, 'query', [0, 1]);
  assert.deepEqual(weights.get(1), [Math.fround(0.29), 1]);
  assert.deepEqual(weights.get(2), [Math.fround(0.7), 0]);
});

test('strokes: one path for each head and step of opacity, side by side, faint ones below', () => {
  const place = {
    layout: 'vertical',
    query: (i: number) => 10 * i + 5,
    key: (i: number) => 10 * i + 5,
    width: 100,
  } as const;
  const { lines } = headLines(two, { active: [0, 1] });
  const strokes = lineStrokes(lines, [0, 1], place);
  assert.deepEqual(
    strokes.map(({ opacity }) => opacity),
    strokes.map(({ opacity }) => opacity).toSorted((a, b) => a - b),
  );
  const curves = strokes.reduce((count, { path }) => count + path.split('M').length - 1, 0);
  assert.equal(curves, lines.length);
  // Three weights of 1 shared by two heads: opacity ½, in steps; head 1 lies below head 0 in its row.
  const own = strokes.filter(({ head }) => head === 1);
  assert.equal(own.length, 1);
  assert.ok(Math.abs(own[0]!.opacity - 0.5) < 0.07);
  assert.match(own[0]!.path, /^M0 6\.3H100M0 16\.3H100M0 26\.3H100$/);
});

test('strokes between two rows of tokens run down', () => {
  const place = {
    layout: 'horizontal',
    query: (i: number) => 10 * i + 5,
    key: (i: number) => 20 * i,
    width: 100,
  } as const;
  const lines = [
    { head: 0, query: 1, key: 0, weight: 1 },
    { head: 0, query: 4, key: 0, weight: 1 },
  ];
  const [stroke] = lineStrokes([{ ...lines[0]!, query: 2, key: 1 }], [0], { ...place, key: (i) => 20 * i + 5 });
  assert.equal(stroke!.path, 'M25 0V100');
  assert.equal(lineStrokes(lines, [0], place)[0]!.path, 'M15 0C15 50 0 50 0 100M45 0C45 50 0 50 0 100');
});
