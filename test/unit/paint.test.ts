import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colourMaps, diverging } from '../../src/shared/colour/maps';
import { colourAt } from '../../src/shared/colour/table';
import { heatAlpha, paintOverlay, type Heat, type RgbImage } from '../../src/shared/paint';
import { heatTop, heatTops } from '../../src/shared/scale';
import { read } from '../../src/shared/reading';
import { explanation } from './support/explanation';

const grey = (width: number, height: number, value = 100): RgbImage => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(value),
});
const pixel = ({ width, data }: RgbImage, x: number, y: number): number[] => [
  ...data.slice(3 * (y * width + x), 3 * (y * width + x) + 3),
];
const heat = (over: Partial<Heat>): Heat => ({
  map: [1],
  grid: [1, 1],
  crop: { x: 0, y: 0, width: 8, height: 8 },
  top: 1,
  table: colourMaps.inferno,
  signed: false,
  smooth: true,
  opacity: 1,
  ...over,
});

test('colour tables are matplotlib’s', () => {
  // matplotlib 3.11: [round(255·c) for c in colormaps[name](i)[:3]]
  const at = (table: Uint8Array, i: number): number[] => [...table.slice(3 * i, 3 * i + 3)];
  assert.deepEqual([at(colourMaps.viridis, 0), at(colourMaps.viridis, 255)], [[68, 1, 84], [253, 231, 37]]); // prettier-ignore
  assert.deepEqual([at(colourMaps.inferno, 0), at(colourMaps.inferno, 255)], [[0, 0, 4], [252, 255, 164]]); // prettier-ignore
  assert.deepEqual([at(colourMaps.turbo, 0), at(colourMaps.turbo, 255)], [[48, 18, 59], [122, 4, 3]]); // prettier-ignore
  assert.deepEqual([at(diverging, 0), at(diverging, 255)], [[59, 76, 192], [180, 4, 38]]); // prettier-ignore
  for (const table of [...Object.values(colourMaps), diverging]) assert.equal(table.length, 768);
});

test('colours between the entries are interpolated; beyond the ends and for NaN the ends serve', () => {
  const table = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
  assert.deepEqual(colourAt(table, 0.5), [127.5, 127.5, 127.5]);
  assert.deepEqual([colourAt(table, -1), colourAt(table, 2), colourAt(table, NaN)].map(([r]) => r), [0, 255, 0]); // prettier-ignore
});

test('relevance zero leaves the photo alone, the top has the last colour, the input image is not touched', () => {
  const photo = grey(8, 8);
  const painted = paintOverlay(photo, heat({ map: [0, 1], grid: [1, 2], smooth: false }));
  assert.deepEqual(pixel(painted, 3, 4), [100, 100, 100]);
  assert.deepEqual(pixel(painted, 4, 4), [252, 255, 164]);
  assert.ok(photo.data.every((v) => v === 100));
});

test('smooth is bilinear with align_corners = false', () => {
  // torch.nn.functional.interpolate([0, 1], 8, align_corners=False): 0 0 .125 .375 .625 .875 1 1, read off a linear grey table.
  const table = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
  const painted = paintOverlay(grey(8, 1, 0), heat({ map: [0, 1], grid: [1, 2], crop: { x: 0, y: 0, width: 8, height: 1 }, table })); // prettier-ignore
  for (const [x, t] of [0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1].entries()) {
    const expected = 255 * t * heatAlpha(t, 1);
    assert.ok(Math.abs(pixel(painted, x, 0)[0]! - expected) <= 1, `x ${x}: ${pixel(painted, x, 0)[0]} not ${expected}`);
  }
});

test('outside the crop the photo is dimmed, not hidden, and a thin line marks the edge', () => {
  const painted = paintOverlay(grey(16, 8), heat({ crop: { x: 4, y: 0, width: 8, height: 8 }, map: [0] }));
  assert.deepEqual(pixel(painted, 0, 0), [40, 40, 40]);
  assert.deepEqual(pixel(painted, 15, 7), [40, 40, 40]);
  assert.ok(pixel(painted, 3, 3)[0]! > 120 && pixel(painted, 12, 3)[0]! > 120, 'edge');
  for (const x of [4, 8, 11]) assert.deepEqual(pixel(painted, x, 3), [100, 100, 100]);
});

test('a crop that the preprocessor padded reaches beyond the photo', () => {
  const padded = { x: 0, y: -4, width: 8, height: 16 };
  const painted = paintOverlay(grey(8, 8), heat({ crop: padded, map: [1, 0, 0, 1], grid: [4, 1], smooth: false }));
  assert.ok(
    painted.data.every((v) => v === 100),
    'both hot patches lie outside',
  );
});

test('maps that are constant, zero or no numbers at all are drawn, never NaN', () => {
  for (const smooth of [true, false]) {
    const constant = paintOverlay(grey(8, 8), heat({ map: [2, 2, 2, 2], grid: [2, 2], top: 2, smooth }));
    assert.ok(constant.data.every((v, i) => v === [252, 255, 164][i % 3]));
    for (const [map, top] of [
      [[0, 0], 0],
      [[NaN, Infinity], 1],
      [[1, 1], NaN],
      [[1, 1], Infinity],
    ] as const)
      // prettier-ignore
      assert.ok(paintOverlay(grey(8, 8), heat({ map, grid: [1, 2], top, smooth })).data.every((v) => v === 100));
  }
});

test('signed maps are blue below zero, red above, transparent at it', () => {
  const painted = paintOverlay(grey(9, 1), heat({ map: [-1, 0, 1], grid: [1, 3], crop: { x: 0, y: 0, width: 9, height: 1 }, table: diverging, signed: true, smooth: false })); // prettier-ignore
  assert.deepEqual([pixel(painted, 0, 0), pixel(painted, 4, 0), pixel(painted, 8, 0)], [[59, 76, 192], [100, 100, 100], [180, 4, 38]]); // prettier-ignore
});

test('alpha grows with the value, from 0', () => {
  const alphas = Array.from({ length: 101 }, (_, i) => heatAlpha(i / 100));
  assert.equal(alphas[0], 0);
  assert.ok(alphas.every((a, i) => i === 0 || a >= alphas[i - 1]!));
});

test('scales: each prompt its own, or the largest for all; signed by magnitude; no numbers are no top', () => {
  assert.equal(heatTop([0.1, -3, 2], false), 2);
  assert.equal(heatTop([0.1, -3, 2], true), 3);
  assert.equal(heatTop([NaN, -1, Infinity], false), 0);
  const reading = read(explanation(), { method: 'relevance' });
  const own = heatTops(reading, 'own');
  assert.deepEqual(heatTops(reading, 'shared'), own.map(() => Math.max(...own))); // prettier-ignore
});

test('12 megapixels are painted in well under a second', () => {
  const photo = grey(4000, 3000);
  const map = Float32Array.from({ length: 576 }, (_, i) => (i % 7) / 7);
  const options = heat({ map, grid: [24, 24], crop: { x: 500, y: 0, width: 3000, height: 3000 }, opacity: 0.8 });
  paintOverlay(photo, options);
  const started = performance.now();
  paintOverlay(photo, options);
  const took = performance.now() - started;
  // 400 ms is the goal on a quiet machine; the limit here leaves room for a busy one.
  assert.ok(took < 1200, `${took} ms`);
  process.stderr.write(`# 12 megapixels painted in ${Math.round(took)} ms\n`);
});
