import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kept } from '../../src/engine/kept';

test('what is kept is found again, until there is no more room: the longest unused goes first', () => {
  const kept = new Kept(100);
  kept.set('a', 'A', 40);
  kept.set('b', 'B', 40);
  assert.equal(kept.get('a'), 'A');
  kept.set('c', 'C', 40);
  assert.equal(kept.get('b'), undefined);
  assert.deepEqual([kept.get('a'), kept.get('c')], ['A', 'C']);
});

test('a value that is set anew takes the room of the old one', () => {
  const kept = new Kept(100);
  kept.set('a', 1, 60);
  kept.set('a', 2, 90);
  assert.equal(kept.get('a'), 2);
  kept.set('b', 3, 10);
  assert.deepEqual([kept.get('a'), kept.get('b')], [2, 3]);
});

test('what is larger than the room is not kept, and drives nothing out', () => {
  const kept = new Kept(100);
  kept.set('a', 1, 60);
  kept.set('b', 2, 101);
  assert.deepEqual([kept.get('a'), kept.get('b')], [1, undefined]);
  kept.set('a', 2, 101);
  assert.equal(kept.get('a'), undefined, 'nor is the old value, which is no longer true');
});

test('all of it goes when memory is needed elsewhere', () => {
  const kept = new Kept(100);
  kept.set('a', 1, 60);
  kept.clear();
  assert.equal(kept.get('a'), undefined);
  kept.set('b', 2, 100);
  assert.equal(kept.get('b'), 2);
});

test('what has a name is made once, and made again when it had to go; what has none is made each time', async () => {
  const kept = new Kept(100);
  let made = 0;
  const of = (name: string | null) =>
    kept.of(
      name,
      () => Promise.resolve(++made),
      () => 60,
    );
  assert.deepEqual([await of('a'), await of('a'), made], [1, 1, 1]);
  assert.deepEqual([await of(null), await of(null)], [2, 3]);
  assert.deepEqual([await of('b'), await of('a')], [4, 5]);
});
