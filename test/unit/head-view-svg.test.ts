import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headViewSvg, type HeadViewPicture } from '../../src/shared/svg/head-view';

const tokens = ['[CLS]', '<b>', 'fox'].map((text, i) => ({ text, at: 40 * i + 20 }));
const picture: HeadViewPicture = {
  title: 'head view of layer 2',
  layout: 'vertical',
  left: tokens,
  right: tokens.slice(0, 2),
  length: 120,
  strokes: (width) => [{ head: 1, opacity: 0.5, path: `M0 20H${width}` }],
  colours: ['#111111', '#222222'],
  theme: { ground: '#ffffff', text: '#000000' },
};
const texts = (svg: string) =>
  [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" dy[^>]*>([^<]*)</g)].map(([, x, y, text]) => [
    text,
    Number(x),
    Number(y),
  ]);

test('columns: queries on the left, keys on the right, each at its place', () => {
  const svg = headViewSvg(picture);
  assert.deepEqual(texts(svg), [
    ['[CLS]', 122, 64],
    ['&lt;b&gt;', 122, 104],
    ['fox', 122, 144],
    ['[CLS]', 378, 64],
    ['&lt;b&gt;', 378, 104],
  ]);
  assert.match(svg, /translate\(130 44\)/);
  assert.match(svg, /<path d="M0 20H240" stroke="#222222" stroke-opacity="0.5"/);
});

test('rows: queries above, keys below, over the same places', () => {
  const svg = headViewSvg({ ...picture, layout: 'horizontal' });
  const placed = texts(svg);
  assert.deepEqual(placed.map(([, x]) => x), [32, 72, 112, 32, 72]); // prettier-ignore
  assert.ok(Number(placed[3]![2]) - Number(placed[0]![2]) > 180);
  assert.match(svg, /M0 20H180/);
});
