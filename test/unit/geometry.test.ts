import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { gridCrop, insideImage, outsideCrop, patchAt, patchRect, type Grid } from '../../src/shared/geometry';

/** A 300 × 200 photo, its middle square as the crop. */
const image = { width: 300, height: 200 };
const crop = { x: 50, y: 0, width: 200, height: 200 };

test('a patch is its share of the crop, in pixels of the original', () => {
  assert.deepEqual(patchRect(crop, [8, 8], 0, 0), { x: 50, y: 0, width: 25, height: 25 });
  assert.deepEqual(patchRect(crop, [4, 8], 3, 7), { x: 225, y: 150, width: 25, height: 50 });
});

test('a pixel outside the crop belongs to no patch', () => {
  assert.equal(patchAt(crop, [8, 8], 49.9, 10), null);
  assert.equal(patchAt(crop, [8, 8], 250, 10), null);
  assert.equal(patchAt(crop, [8, 8], 100, -1), null);
  assert.equal(patchAt(crop, [8, 8], NaN, 10), null);
  assert.deepEqual(patchAt(crop, [8, 8], 50, 0), { row: 0, column: 0, index: 0 });
  assert.deepEqual(patchAt(crop, [8, 8], 249.5, 26), { row: 1, column: 7, index: 15 });
});

test('the centre of every patch lies in that patch', () => {
  const side = fc.integer({ min: 1, max: 40 });
  const fraction = fc.double({ min: -500, max: 500, noNaN: true });
  const extent = fc.double({ min: 1, max: 5000, noNaN: true });
  fc.assert(
    fc.property(side, side, fraction, fraction, extent, extent, fc.nat(), (rows, columns, x, y, width, height, n) => {
      const grid: Grid = [rows, columns];
      const index = n % (rows * columns);
      const row = Math.floor(index / columns);
      const rect = patchRect({ x, y, width, height }, grid, row, index % columns);
      const patch = patchAt({ x, y, width, height }, grid, rect.x + rect.width / 2, rect.y + rect.height / 2);
      assert.deepEqual(patch, { row, column: index % columns, index });
    }),
  );
});

test('where the patch size does not divide the input, the grid covers less than the crop', () => {
  const input = { width: 100, height: 100 };
  assert.deepEqual(gridCrop(crop, input, [3, 3], 32), { x: 50, y: 0, width: 192, height: 192 });
  assert.deepEqual(gridCrop(crop, input, [4, 4], 25), crop);
});

test('what was cut away is shown as the rectangles left and right of the crop', () => {
  assert.deepEqual(outsideCrop(crop, image), [
    { x: 0, y: 0, width: 50, height: 200 },
    { x: 250, y: 0, width: 50, height: 200 },
  ]);
  assert.deepEqual(outsideCrop({ x: 0, y: 0, width: 300, height: 200 }, image), []);
  assert.equal(outsideCrop({ x: 10, y: 10, width: 20, height: 20 }, image).length, 4);
});

test('a crop that reaches beyond the image counts as far as the image goes', () => {
  assert.deepEqual(insideImage({ x: -50, y: 100, width: 400, height: 400 }, image), {
    x: 0,
    y: 100,
    width: 300,
    height: 100,
  });
  assert.deepEqual(outsideCrop({ x: -50, y: -50, width: 400, height: 400 }, image), []);
});

test('crop and remainder together have the area of the image', () => {
  const at = fc.double({ min: -400, max: 400, noNaN: true });
  const extent = fc.double({ min: 1, max: 900, noNaN: true });
  fc.assert(
    fc.property(at, at, extent, extent, (x, y, width, height) => {
      const inside = insideImage({ x, y, width, height }, image);
      const area = [inside, ...outsideCrop({ x, y, width, height }, image)].reduce(
        (sum, r) => sum + r.width * r.height,
        0,
      );
      assert.ok(Math.abs(area - image.width * image.height) < 1e-6);
    }),
  );
});
