import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { draggedRange, grip, steppedRange, type Grip } from '../../src/shared/range-drag';

const range = (first: number, last: number) => ({ first, last });

test('a press takes the thumb that it is on, the stretch between, or the nearer thumb', () => {
  assert.equal(grip(2.1, range(2, 8), 'first'), 'first');
  assert.equal(grip(5, range(2, 8)), 'range');
  assert.equal(grip(1, range(2, 8)), 'first');
  assert.equal(grip(9.6, range(2, 8)), 'last');
  assert.equal(grip(5, range(5, 5), 'last'), 'either');
});

test('thumbs follow the pointer and stop at each other', () => {
  assert.deepEqual(draggedRange('first', range(2, 8), 2, 4.4, 12), range(4, 8));
  assert.deepEqual(draggedRange('first', range(2, 8), 2, 11, 12), range(8, 8));
  assert.deepEqual(draggedRange('last', range(2, 8), 8, -3, 12), range(2, 2));
  assert.deepEqual(draggedRange('last', range(2, 8), 8, 99, 12), range(2, 11));
});

test('of two thumbs on one layer the direction tells which moves', () => {
  assert.deepEqual(draggedRange('either', range(5, 5), 5, 3, 12), range(3, 5));
  assert.deepEqual(draggedRange('either', range(5, 5), 5, 9, 12), range(5, 9));
});

test('a whole range keeps its length and stops at the ends', () => {
  assert.deepEqual(draggedRange('range', range(2, 4), 3, 5.2, 12), range(4, 6));
  assert.deepEqual(draggedRange('range', range(2, 4), 3, 50, 12), range(9, 11));
  assert.deepEqual(draggedRange('range', range(2, 4), 3, -50, 12), range(0, 2));
});

test('one thumb alone may go below the first layer, which gives way', () => {
  assert.deepEqual(draggedRange('only', range(4, 8), 8, 2, 12), range(2, 2));
  assert.deepEqual(draggedRange('only', range(4, 8), 8, 10, 12), range(4, 10));
});

test('keys: arrows by one, pages by a quarter, Home and End to the limits; others are none of a slider’s', () => {
  assert.deepEqual(steppedRange('ArrowRight', 'first', range(2, 8), 12), range(3, 8));
  assert.deepEqual(steppedRange('ArrowDown', 'last', range(2, 8), 12), range(2, 7));
  assert.deepEqual(steppedRange('PageUp', 'last', range(2, 8), 12), range(2, 11));
  assert.deepEqual(steppedRange('Home', 'first', range(2, 8), 12), range(0, 8));
  assert.deepEqual(steppedRange('End', 'first', range(2, 8), 12), range(8, 8));
  assert.deepEqual(steppedRange('ArrowLeft', 'range', range(2, 8), 12), range(1, 7));
  assert.equal(steppedRange('Enter', 'first', range(2, 8), 12), null);
});

test('no drag leaves the layers that exist', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }).chain((count) =>
        fc.record({
          count: fc.constant(count),
          a: fc.integer({ min: 0, max: count - 1 }),
          b: fc.integer({ min: 0, max: count - 1 }),
          from: fc.double({ min: -50, max: 90, noNaN: true }),
          to: fc.double({ min: -50, max: 90, noNaN: true }),
          held: fc.constantFrom<Grip>('first', 'last', 'either', 'range', 'only'),
        }),
      ),
      ({ count, a, b, from, to, held }) => {
        const start = held === 'either' ? range(a, a) : range(Math.min(a, b), Math.max(a, b));
        const { first, last } = draggedRange(held, start, from, to, count);
        assert.ok(Number.isInteger(first) && 0 <= first && first <= last && last < count, `${first}–${last}`);
      },
    ),
  );
});
