import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Dim } from '../../src/onnx/graph/dims';
import {
  add,
  broadcast,
  compare,
  divide,
  divideExactly,
  isNonNegative,
  isPositive,
  multiply,
  negate,
  product,
  subtract,
  symbol,
  unknownInteger,
} from '../../src/onnx/graph/dims';
import { evaluateDim } from './support/evaluate-dim';

const [a, b, h] = ['a', 'b', 'h'].map(symbol);
const sizes = { a: 3, b: 5, h: 64, w: 33 };

test('equal sizes have equal texts', () => {
  assert.equal(multiply(multiply(a, 2), b), multiply(b, multiply(2, a)));
  assert.equal(add(a, add(b, 1)), add(add(1, a), b));
  assert.equal(subtract(add(a, b), b), a);
  assert.equal(subtract(add(a, 7), a), 7);
  assert.equal(multiply(2, add(a, b)), add(multiply(2, a), multiply(2, b)));
  assert.equal(multiply(add(a, 1), add(b, 1)), multiply(add(b, 1), add(a, 1)));
  assert.equal(multiply(multiply(2, add(a, b)), h), multiply(2, multiply(add(a, b), h)));
  assert.equal(multiply(negate(add(a, b)), h), negate(multiply(h, add(b, a))));
  assert.equal(divide(product([12, a, b]), multiply(4, b)), multiply(3, a));
  assert.equal(divideExactly(add(multiply(a, b), multiply(2, b)), b), add(a, 2));
  assert.equal(divideExactly(multiply(add(a, b), 8), add(a, b)), 8);
});

test('a stack of strided convolutions has the size that PyTorch computes: ⌈⌈h/2⌉/2⌉ is ⌊(h − 1)/4⌋ + 1', () => {
  const halved = (d: Dim) => divide(add(d, 1), 2);
  assert.equal(halved(halved(h)), add(divide(subtract(h, 1), 4), 1));
  assert.equal(add(divide(subtract(h, 16), 16), 1), divide(h, 16));
});

test('what does not divide is an atom', () => {
  assert.equal(divideExactly(a, 2), undefined);
  assert.equal(divideExactly(a, 0), undefined);
  assert.equal(subtract(divide(a, 2), divide(a, 2)), 0);
  assert.notEqual(divide(a, 2), divide(b, 2));
});

test('names of a model stay apart, whatever they contain', () => {
  const names = ['a', 'a*b', 'a_b', 'a + b', 'a-b', '(a)', 'a,b', '2*a', 'value(a)', 'größe'];
  assert.equal(new Set(names.map(symbol)).size, names.length);
  for (const name of names) {
    const s = symbol(name);
    assert.equal(subtract(add(multiply(2, s), 1), s), add(s, 1), name);
    assert.equal(divide(multiply(s, a), a), s, name);
    assert.ok(isNonNegative(s), name);
  }
});

test('signs are told only where they are certain', () => {
  assert.ok(isNonNegative(a) && !isPositive(a));
  assert.ok(isPositive(add(a, 1)));
  assert.ok(!isNonNegative(subtract(a, 1)));
  assert.ok(!isNonNegative(negate(a)));
  assert.ok(!isNonNegative(unknownInteger('x', 0)));
  assert.equal(compare(a, -1), 1);
  assert.equal(compare(-1, a), -1);
  assert.equal(compare(a, a), 0);
  assert.equal(compare(add(a, 2), add(a, 1)), 1);
  assert.equal(compare(a, 0), undefined);
  assert.equal(compare(a, b), undefined);
});

test('shapes broadcast from the right; different symbols meet in one size, whatever the order', () => {
  assert.deepEqual(broadcast([a, 1, 4], [b, 1]), [a, b, 4]);
  assert.deepEqual(broadcast([a], [7]), [7]);
  const both = broadcast([a], [b]);
  assert.deepEqual(broadcast([b], [a]), both);
  assert.deepEqual(broadcast(both, [a]), both);
  assert.deepEqual(broadcast(broadcast([a], [h]), [b]), broadcast([h], broadcast([b], [a])));
});

/** Formulas as exporters write them, with what they are for these sizes. */
const formula = fc.letrec<{ d: { dim: Dim; value: number } }>((tie) => {
  const binary = (f: (x: Dim, y: Dim) => Dim, n: (x: number, y: number) => number) =>
    fc.tuple(tie('d'), tie('d')).map(([x, y]) => ({ dim: f(x.dim, y.dim), value: n(x.value, y.value) }));
  return {
    d: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constantFrom(...Object.entries(sizes)).map(([name, value]) => ({ dim: symbol(name), value })),
      fc.integer({ min: 0, max: 6 }).map((n) => ({ dim: n, value: n })),
      binary(add, (x, y) => x + y),
      binary(subtract, (x, y) => x - y),
      binary(multiply, (x, y) => x * y + 0),
      fc
        .tuple(tie('d'), fc.integer({ min: 1, max: 8 }))
        // Sizes are divided; below zero, and where a formula was made for larger sizes, there is nothing to hold.
        .filter(([x]) => isNonNegative(x.dim))
        .map(([x, n]) => ({ dim: divide(x.dim, n), value: Math.trunc(x.value / n) + 0 })),
    ),
  };
}).d;

test('algebra changes no number', () => {
  fc.assert(
    fc.property(formula, ({ dim, value }) => assert.equal(evaluateDim(dim, sizes), value)),
    { numRuns: 3000, seed: 1 },
  );
});

test('a sign that is told is right', () => {
  fc.assert(
    fc.property(formula, formula, (x, y) => {
      if (isNonNegative(x.dim)) assert.ok(x.value >= 0);
      const order = compare(x.dim, y.dim);
      if (order !== undefined) assert.equal(order, Math.sign(x.value - y.value));
      const exact = divideExactly(x.dim, y.dim);
      if (exact !== undefined && y.value !== 0) assert.equal(evaluateDim(exact, sizes), x.value / y.value + 0);
    }),
    { numRuns: 3000, seed: 2 },
  );
});
