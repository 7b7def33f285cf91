import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colourMaps, diverging } from '../../src/shared/colour/maps';
import { quoted } from '../../src/shared/quoted';
import { queryRow } from '../../src/shared/query-row';
import { comparedTops } from '../../src/shared/scale';
import { layersSvg } from '../../src/shared/svg/layers';
import { overlaySvg, type OverlayPicture } from '../../src/shared/svg/overlay';
import { floatTensor } from '../../src/shared/tensor';
import type { Reading } from '../../src/shared/explanation';

const colours = { ground: '#fff', text: '#000', quiet: '#666', accent: '#07c' };
const picture = (over: Partial<OverlayPicture> = {}): OverlayPicture => ({
  image: { width: 400, height: 200 },
  crop: { x: 100, y: 0, width: 200, height: 200 },
  photo: 'data:image/png;base64,AA',
  heat: { map: [0, 0.5, 1, 0], grid: [2, 2], top: 1, signed: false, table: colourMaps.inferno, smooth: false },
  layer: null,
  opacity: 1,
  title: 'relevance of “a dog”',
  colours,
  ...over,
});
const rects = (text: string) =>
  [...text.matchAll(/<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)" fill="(#[0-9a-f]{6})" fill-opacity="([^"]+)"/g)]
    .map(([, x, y, width, height, fill]) => ({ x: Number(x), y: Number(y), width: Number(width), height: Number(height), fill })); // prettier-ignore

test('each patch is a square at its place, in its colour; zero is nothing', () => {
  // 400 pixels become 800: the crop is 200 … 600, a patch 200. 0.5 lies between entries 127 and 128 of the table.
  assert.deepEqual(rects(overlaySvg(picture())), [
    { x: 400, y: 0, width: 200, height: 200, fill: '#bb3755' },
    { x: 200, y: 200, width: 200, height: 200, fill: '#fcffa4' },
  ]);
});

test('patches end where the photo does', () => {
  const text = overlaySvg(picture({ crop: { x: -100, y: 0, width: 200, height: 200 } }));
  assert.deepEqual(
    rects(text).map(({ x, width }) => [x, width]),
    [[0, 200]],
  );
});

test('smooth heat is the given layer; a map of zeros says so', () => {
  const smooth = overlaySvg(picture({ layer: 'data:image/png;base64,BB' }));
  assert.match(smooth, /<image href="data:image\/png;base64,BB" x="200" y="0" width="400" height="400"/);
  assert.equal(rects(smooth).length, 0);
  assert.match(overlaySvg(picture({ heat: { ...picture().heat!, top: 0 } })), /zero everywhere/);
});

test('signed maps have both ends in the legend, and blue below zero', () => {
  const heat = { map: [-1, 1, 0, 0], grid: [2, 2] as const, top: 1, signed: true, table: diverging, smooth: false };
  const text = overlaySvg(picture({ heat }));
  assert.deepEqual(rects(text).map(({ fill }) => fill), ['#3b4cc0', '#b40426']); // prettier-ignore
  assert.match(text, />−1\.00</);
});

test('a prompt stays text in both files', () => {
  const title = 'relevance of </text><script>alert(1)</script>';
  for (const text of [overlaySvg(picture({ title })), layersSvg([], { title, colours })]) {
    assert.ok(!text.includes('<script'));
    assert.match(text, /&lt;script&gt;/);
  }
});

test('bars of layers: heights in proportion, the chosen ones in the accent, numbers where they fit', () => {
  const names = ['0', '1', 'pool'];
  const text = layersSvg([{ caption: 'image', added: [1, 4, null], first: 1, last: 1, names }], {
    title: 't',
    colours,
  });
  const bars = [...text.matchAll(/height="([^"]+)" fill="([^"]+)" fill-opacity/g)].map(([, height, fill]) => [Number(height), fill]); // prettier-ignore
  assert.deepEqual(bars, [[18.5, '#666'], [74, '#07c'], [0, '#666']]); // prettier-ignore
  assert.match(text, />4\.00</);
  assert.match(text, />pool</);
  const many = Array.from({ length: 25 }, () => 1);
  assert.ok(!layersSvg([{ caption: '', added: many, first: 0, last: 24, names: [] }], { title: 't', colours }).includes('1.00')); // prettier-ignore
});

test('a query’s row is the mean over heads', () => {
  const attention = floatTensor([2, 2, 3], Float32Array.from([0, 0, 0, 0.2, 0.3, 0.5, 0, 0, 0, 0.4, 0.5, 0.1]));
  const row = queryRow({ attention, gradient: attention }, 1);
  [0.3, 0.4, 0.3].forEach((value, i) => assert.ok(Math.abs(row[i]! - value) < 1e-6));
});

test('texts in sentences are quoted, isolated, short and cannot turn or break the line', () => {
  assert.equal(quoted('a dog'), '“\u2068a dog\u2069”');
  assert.equal(quoted('\u202Eevil\u2069 a\n\tb'), '“\u2068evil a b\u2069”');
  assert.ok(quoted('x'.repeat(10_000)).length < 70);
  const family = '👩‍👩‍👧‍👦'.repeat(5000);
  const start = performance.now();
  assert.ok(quoted(family).endsWith('…\u2069”'));
  assert.ok(performance.now() - start < 100);
});

test('compared pictures share one top for all prompts of both', () => {
  const reading = (...maps: number[][]): Reading => ({
    method: 'relevance',
    layers: { first: 0, last: 0 },
    textLayers: { first: 0, last: 0 },
    prompts: maps.map((map) => ({ map: Float32Array.from(map), tokens: [], words: [] })),
  });
  const both = [reading([1, 2], [0, 0]), reading([3], [0.5])];
  assert.deepEqual(comparedTops(both, 'own'), [[2, 0], [3, 0.5]]); // prettier-ignore
  assert.deepEqual(comparedTops(both, 'shared'), [[3, 3], [3, 3]]); // prettier-ignore
});
