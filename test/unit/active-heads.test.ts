import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activeOf, isolatedHead, toggledHead } from '../../webview/views/heads/active-heads';
import { matrixLayout, zoomed } from '../../webview/views/heads/matrix-layout';
import { patchAxis, tokenAxis } from '../../src/shared/axis';
import { movedIndex } from '../../webview/ui/roving';

test('nothing chosen: the head view follows the cursor; heads that a layer lacks are left out', () => {
  assert.deepEqual(activeOf(null, 4, 12), [4]);
  assert.deepEqual(activeOf([1, 11], 4, 12), [1, 11]);
  assert.deepEqual(activeOf([1, 11], 4, 8), [1]);
  assert.deepEqual(activeOf([11], 4, 8), [4]);
});

test('a click switches a head, and the last stays on', () => {
  assert.deepEqual(toggledHead([1], 0), [0, 1]);
  assert.deepEqual(toggledHead([0, 1], 1), [0]);
  assert.deepEqual(toggledHead([0], 0), [0]);
});

test('a double click leaves one alone, and then shows all; its two clicks undo each other', () => {
  assert.deepEqual(isolatedHead([0, 1, 2], 1, 4), [1]);
  assert.deepEqual(isolatedHead([1], 1, 4), [0, 1, 2, 3]);
  const twice = (shown: readonly number[], head: number) => toggledHead(toggledHead(shown, head), head);
  for (const shown of [[1], [0, 2], [0, 1, 2, 3]])
    for (const head of [0, 1, 2, 3]) assert.deepEqual(twice(shown, head), shown);
});

test('entries have whole pixels, up to a size; a matrix of 577 fits where it can', () => {
  const patches = patchAxis({ tokens: 65, prefix: 1 }, 8);
  assert.equal(matrixLayout(patches, patches, 500, null).cellWidth, 6);
  const few = tokenAxis([{ text: 'a' }, { text: 'b' }]);
  assert.equal(matrixLayout(few, few, 500, null).cellWidth, 40);
  const large = patchAxis({ tokens: 577, prefix: 1 }, 24);
  assert.equal(matrixLayout(large, large, 900, null).cellWidth, 1);
  const narrow = matrixLayout(large, large, 318, null);
  assert.ok(narrow.cellWidth < 1 && narrow.left + narrow.width <= 318);
  assert.equal(matrixLayout(large, large, 318, 4).width, 4 * 577);
});

test('zoom goes by steps and back to what fits', () => {
  assert.equal(zoomed(0.5, 1), 1);
  assert.equal(zoomed(1, 1), 2);
  assert.equal(zoomed(16, 1), 16);
  assert.equal(zoomed(4, -1), 2);
  assert.equal(zoomed(1, -1), null);
});

test('arrow keys move in a grid, and stop at its edges', () => {
  const grid = { count: 10, columns: 4 };
  assert.equal(movedIndex('ArrowRight', 3, grid), 4);
  assert.equal(movedIndex('ArrowDown', 3, grid), 7);
  assert.equal(movedIndex('ArrowDown', 7, grid), 7);
  assert.equal(movedIndex('ArrowUp', 1, grid), 1);
  assert.equal(movedIndex('End', 1, grid), 9);
  assert.equal(movedIndex('x', 1, grid), null);
  assert.equal(movedIndex('ArrowLeft', 1, { count: 3, columns: 1 }), null);
  assert.equal(movedIndex('ArrowUp', 1, { count: 3, columns: 3 }), null);
});
