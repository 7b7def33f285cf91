import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { shareText, valueText } from '../../src/shared/format';
import { seriousFindings } from './support/axe';
import { openBrowser, type OpenOptions, type PanelBrowser } from './support/browser';
import { headsPage } from './support/heads-states';
import { pixelAt, pixelsOf } from './support/pixels';

/**
 * The heads section over texts: sentence pairs, words, cross-attention, heads taken together, rows of tokens, all heads small, two items on one
 * scale. Made attentions; the numbers that are shown are compared with sums made here.
 */
let browser: PanelBrowser;
before(async () => {
  browser = await openBrowser(headsPage);
});
after(() => browser.close());
afterEach(() => assert.deepEqual(browser.faults, []));

async function open(state: string, options: OpenOptions = {}): Promise<Page> {
  const page = await browser.open({ state, width: 1400, height: 1000, ...options });
  await page.locator('.head-view').first().waitFor();
  await page.mouse.move(0, 0);
  return page;
}
const radio = (page: Page, name: string) => page.locator('.heads-toolbar').getByRole('radio', { name, exact: true });
const column = async (page: Page, side: 'query' | 'key', item = 0): Promise<string[]> =>
  (await page.locator('.heads-item').nth(item).locator(`.token-column.${side} .token-text`).allInnerTexts()).map((text) => text.trim()); // prettier-ignore
const attention = (page: Page, item: number, group: number, layer: number, head: number): Promise<number[]> =>
  page.evaluate(([i, g, l, h]) => window.headsPage.attention(i, g, l, h), [item, group, layer, head] as const);
const state = (page: Page) => page.evaluate(() => window.headsPage.store.get());
/** Hovers an entry of the matrix and reads its tip. */
async function entry(page: Page, query: number, key: number, item = 0): Promise<string> {
  const owner = page.locator('.heads-item').nth(item);
  const [rows, columns] = /(\d+) × (\d+)/.exec(await owner.locator('.enlarged h2').innerText())!.slice(1).map(Number) as [number, number]; // prettier-ignore
  const plot = owner.locator('.matrix-plot');
  const box = (await plot.boundingBox())!;
  await plot.hover({ position: { x: ((key + 0.5) * box.width) / columns, y: ((query + 0.5) * box.height) / rows } });
  return (await owner.locator('.matrix-tip').innerText()).replace(/\s+/g, ' ').trim();
}

const a = ['[CLS]', 'Which', 'animal', 'jump', 's', 'over', 'the', 'dog', '?', '[SEP]'];
const b = ['The', 'quick', 'brown', 'fox', 'does', '.', '[SEP]'];

for (const [filter, queries, keys] of [
  ['all', [...a, ...b], [...a, ...b]],
  ['A → A', a, a],
  ['B → B', b, b],
  ['A → B', a, b],
  ['B → A', b, a],
] as const)
  test(`sentence pair, ${filter}: head view and matrix have those tokens, with the model’s numbers`, async () => {
    const page = await open('pair');
    await radio(page, filter).click();
    assert.deepEqual(await column(page, 'query'), queries);
    assert.deepEqual(await column(page, 'key'), keys);
    assert.match(await page.locator('.enlarged h2').innerText(), new RegExp(`${queries.length} × ${keys.length}`));
    const data = await attention(page, 0, 0, 5, 0);
    const [from, to] = [queries[0] === '[CLS]' ? 0 : 10, keys[0] === '[CLS]' ? 0 : 10];
    const value = data[(from + 2) * 17 + to + 3]!;
    assert.equal(await entry(page, 2, 3), `${queries[2]} → ${keys[3]} ${valueText(value)}`);
    // The tiles have the same shape.
    const size = await page.locator('.head-tile canvas').first().evaluate((c: HTMLCanvasElement) => [c.height, c.width]); // prettier-ignore
    assert.deepEqual(size, [queries.length, keys.length]);
  });

test('one text has no chooser of parts', async () => {
  const page = await open('fox');
  assert.equal(await radio(page, 'A → A').count(), 0);
  assert.equal(await radio(page, 'words').count(), 1);
});

test('words: the mean over a word’s queries of the sum over a word’s keys, everywhere', async () => {
  const page = await open('fox');
  await radio(page, 'words').click();
  const words = ['[CLS]', 'The', 'quick', 'brown', 'fox', 'jumps', 'over', 'the', 'lazy', 'dog.', '[SEP]'];
  assert.deepEqual(await column(page, 'query'), words);
  assert.equal(await page.locator('.enlarged .matrix-rows').innerText().then((t) => t.split('\n').map((w) => w.trim()).join(' ')), words.join(' ')); // prettier-ignore
  const data = await attention(page, 0, 0, 5, 0);
  // jump, s are tokens 5 and 6; dog, . are 10 and 11.
  const value = [5, 6].reduce((sum, q) => sum + (data[q * 13 + 10]! + data[q * 13 + 11]!) / 2, 0);
  assert.equal(await entry(page, 5, 9), `jumps → dog. ${valueText(value)}`);
  await page.locator('.token-column.query [data-index="5"]').hover();
  const share = [5, 6].reduce((sum, q) => sum + data[q * 13]! / 2, 0);
  const number = page.locator('.token-column.key [data-index="0"] .token-weight');
  assert.equal(await number.innerText(), shareText(share));
  // What is lit is told in tokens.
  assert.deepEqual((await state(page)).hover[0], { kind: 'tokens', side: 'query', tokens: [5, 6] });
  assert.deepEqual(await page.locator('.matrix-rows .lit').allInnerTexts().then((t) => t.map((w) => w.trim())), ['jumps']); // prettier-ignore
});

test('special tokens are hidden in tiles, matrix, head view and model view alike', async () => {
  const page = await open('fox');
  await page.locator('.heads-toolbar').getByRole('button', { name: 'special tokens' }).click();
  assert.ok(!(await column(page, 'query')).some((text) => /^\[/.test(text)));
  assert.match(await page.locator('.enlarged h2').innerText(), /11 × 11/);
  const data = await attention(page, 0, 0, 5, 0);
  assert.equal(await entry(page, 0, 1), `The → quick ${valueText(data[1 * 13 + 2]!)}`);
  await page.getByRole('button', { name: 'all layers' }).click();
  const cell = page.locator('.mosaic-cell[data-index="60"]');
  const box = (await cell.boundingBox())!;
  await cell.hover({ position: { x: (1.5 * box.width) / 11, y: (0.5 * box.height) / 11 } });
  assert.match(await page.locator('.model-pane .head-numbers').innerText(), new RegExp(`The → quick ${valueText(data[1 * 13 + 2]!)}$`)); // prettier-ignore
});

test('encoder, decoder, cross: other layers, other tokens on either side', async () => {
  const page = await open('cross');
  assert.equal((await column(page, 'query')).length, 14);
  await radio(page, 'decoder').click();
  assert.deepEqual(await column(page, 'query'), ['<pad>', 'Das', 'Haus', 'ist', 'wunder', 'bar.']);
  // Causal: nothing is drawn to what comes later.
  const data = await attention(page, 0, 1, 5, 0);
  assert.equal(await entry(page, 1, 2), `Das → Haus ${valueText(data[1 * 6 + 2]!)}`);
  assert.equal(data[1 * 6 + 2], 0);
  await radio(page, 'cross').click();
  assert.equal((await column(page, 'query')).length, 6);
  assert.equal((await column(page, 'key'))[7], 'house');
  const cross = await attention(page, 0, 2, 5, 0);
  assert.equal(await entry(page, 2, 7), `Haus → house ${valueText(cross[2 * 14 + 7]!)}`);
  await page.getByRole('button', { name: 'all layers' }).click();
  assert.equal(await page.locator('.mosaic-cell').count(), 48);
});

for (const how of ['mean', 'max'] as const)
  test(`the ${how} of chosen heads is drawn as lines and as a matrix`, async () => {
    const page = await open('fox');
    await page.locator('.head-switch[data-index="3"]').click();
    await page.locator('.head-switch[data-index="8"]').click();
    await page.locator('.token-heads').getByRole('radio', { name: how, exact: true }).click();
    assert.match(await page.locator('.enlarged h2').innerText(), new RegExp(`${how} of 3 heads`, 'i'));
    const each = await Promise.all([0, 3, 8].map((head) => attention(page, 0, 0, 5, head)));
    const values = each.map((data) => data[4 * 13 + 2]!);
    const value = how === 'mean' ? values.reduce((x, y) => x + y, 0) / 3 : Math.max(...values);
    assert.equal(await entry(page, 4, 2), `fox → quick ${valueText(Math.fround(value))}`);
    assert.equal(await page.locator('.head-view-lines path').evaluateAll((p) => new Set(p.map((e) => e.getAttribute('stroke'))).size), 1); // prettier-ignore
    await page.locator('.token-heads').getByRole('radio', { name: 'each head' }).click();
    assert.match(await page.locator('.enlarged h2').innerText(), /head 0/i);
  });

test('two rows of tokens: lines go down, keys go along and across', async () => {
  const page = await open('fox');
  await page.locator('.token-heads').getByRole('radio', { name: 'rows', exact: true }).click();
  const [above, below] = await Promise.all(
    (['query', 'key'] as const).map((side) => page.locator(`.token-column.${side} [data-index="4"]`).boundingBox()),
  );
  assert.ok(below!.y > above!.y + 100);
  assert.ok(Math.abs(below!.x - above!.x) < 1);
  // Each line ends in the middle of its token.
  await page.locator('.token-column.query [data-index="4"]').hover();
  const start = await page.locator('.head-view-lines').evaluate((lines) => {
    const path = lines.querySelector('path')!.getAttribute('d')!;
    return lines.getBoundingClientRect().left + Number(/^M([\d.]+) 0/.exec(path)![1]);
  });
  assert.ok(Math.abs(start - (above!.x + above!.width / 2)) < 1.5);
  await page.locator('.token-column.query [data-index="4"]').focus();
  await page.keyboard.press('ArrowRight');
  assert.deepEqual((await state(page)).hover[0], { kind: 'tokens', side: 'query', tokens: [5] });
  await page.keyboard.press('ArrowDown');
  assert.deepEqual((await state(page)).hover[0], { kind: 'tokens', side: 'key', tokens: [5] });
  await page.keyboard.press('Enter');
  assert.deepEqual((await state(page)).chosen[0], { side: 'key', token: 5 });
  assert.equal(await page.locator('.token-column.key .token.chosen').getAttribute('data-index'), '5');
});

test('a click on a token or an entry chooses the token, which stays framed', async () => {
  const page = await open('fox');
  await page.locator('.token-column.query [data-index="7"]').click();
  assert.deepEqual((await state(page)).chosen[0], { side: 'query', token: 7 });
  await page.mouse.move(0, 0);
  assert.equal(await page.locator('.band.framed').count(), 1);
  await entry(page, 2, 3);
  await page.mouse.down();
  await page.mouse.up();
  assert.deepEqual((await state(page)).chosen[0], { side: 'query', token: 2 });
});

test('the model view as lines: a token under the pointer keeps only its lines, in every head', async () => {
  const page = await open('fox', { saved: { pane: 'model', thumbnails: 'lines' } });
  await page.locator('.mosaic-cell').first().waitFor();
  assert.equal(await page.locator('.mosaic-lit').count(), 0);
  const cell = page.locator('.mosaic-cell[data-index="14"]');
  const box = (await cell.boundingBox())!;
  // Row 4 of 13, within the tile's inset of three pixels: "fox" as a query.
  await cell.hover({ position: { x: box.width * 0.2, y: (4.5 * box.height) / 13 } });
  assert.deepEqual((await state(page)).hover[0], { kind: 'tokens', side: 'query', tokens: [4] });
  const data = await attention(page, 0, 0, 1, 2);
  const row = data.slice(4 * 13, 5 * 13);
  const strongest = row.indexOf(Math.max(...row));
  const told = await page.locator('.model-pane .head-numbers').innerText();
  assert.match(told, /^layer 1, head 2: share of relevance/);
  assert.ok(told.endsWith(`fox → ${(await column(page, 'key'))[strongest]} ${valueText(row[strongest]!)}`), told);
  const drawn = await page.locator('.mosaic-lit').evaluate((canvas: HTMLCanvasElement) => {
    const { data, width, height } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    // In the left column of a tile's lines all ink is around row 4.
    const tile = { x: 3 * devicePixelRatio, height: height / 6 };
    const rows = Array.from({ length: Math.floor(tile.height) }, (_, y) => data[4 * (y * width + tile.x + 1) + 3]!);
    return { first: rows.findIndex((alpha) => alpha > 0) / tile.height, last: rows.findLastIndex((alpha) => alpha > 0) / tile.height }; // prettier-ignore
  });
  assert.ok(drawn.first > 3 / 13 && drawn.last < 6 / 13, JSON.stringify(drawn));
  // The right half of a tile are keys.
  await cell.hover({ position: { x: box.width * 0.8, y: (0.5 * box.height) / 13 } });
  assert.deepEqual((await state(page)).hover[0], { kind: 'tokens', side: 'key', tokens: [0] });
  await page.mouse.move(0, 0);
  assert.equal(await page.locator('.mosaic-lit').count(), 0);
  await cell.click();
  assert.deepEqual((await state(page)).cursor, { group: 0, layer: 1, head: 2 });
  assert.match(await page.locator('.enlarged h2').innerText(), /layer 1 · head 2/i);
});

test('a token lit elsewhere is lit in every thumbnail', async () => {
  const page = await open('fox', { saved: { pane: 'model' } });
  await page.locator('.mosaic-cell').first().waitFor();
  await page.locator('.token-column.query [data-index="4"]').hover();
  const alpha = await page.locator('.mosaic-lit').evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const context = canvas.getContext('2d')!;
    return [1, 4, 8].map((row) => context.getImageData(Math.round(width / 24), Math.round((height * (row + 0.5)) / 13 / 6.3), 1, 1).data[3]!); // prettier-ignore
  });
  assert.ok(alpha[0]! > 100 && alpha[1] === 0 && alpha[2]! > 100, `${alpha.join(' ')}`);
});

test('two items side by side: the same head of the same layer, one scale', async () => {
  const page = await open('compare', { width: 1600 });
  const items = page.locator('.heads-item');
  assert.equal(await items.count(), 2);
  assert.equal(await page.locator('.heads b, .heads img').evaluateAll((all) => all.filter((e) => /slow/.test(e.textContent)).length), 0); // prettier-ignore
  assert.equal((await items.nth(1).locator('.heads-item-name').innerText()).includes('<b>The slow</b>'), true);
  for (const scale of ['head', 'layer'] as const) {
    await page.getByRole('radio', { name: scale, exact: true }).first().click();
    const heads = scale === 'head' ? [0] : Array.from({ length: 12 }, (_, h) => h);
    const all = await Promise.all([0, 1].flatMap((item) => heads.map((head) => attention(page, item, 0, 5, head))));
    const top = Math.max(...all.flat());
    for (const item of [0, 1])
      assert.equal(await items.nth(item).locator('.heat-legend .number').last().innerText(), valueText(Math.fround(top))); // prettier-ignore
  }
  // A value of the second in the colour of that scale: [CLS] → [CLS] is not the brightest of both.
  const tops = await Promise.all([0, 1].map((item) => items.nth(item).locator('.enlarged').boundingBox()));
  assert.ok(Math.abs(tops[0]!.y - tops[1]!.y) < 2, 'matrices stand side by side');
  // What is lit in one is not lit in the other, whose tokens are others.
  await items.nth(0).locator('.token-column.query [data-index="4"]').hover();
  assert.equal(await items.nth(0).locator('.matrix-rows .lit').count(), 1);
  assert.equal(await items.nth(1).locator('.matrix-rows .lit').count(), 0);
  await page.locator('.heads-toolbar').getByRole('button', { name: 'Previous layer' }).click();
  for (const item of [0, 1]) assert.match(await items.nth(item).locator('.enlarged h2').innerText(), /layer 4/i);
});

test('two models of unlike heads: pictures still stand side by side, and what only one has is left out of the other', async () => {
  const page = await open('models', { width: 1600, saved: { active: [9, 10], combine: 'mean' } });
  const items = page.locator('.heads-item');
  const boxes = await Promise.all([0, 1].map((item) => items.nth(item).locator('.enlarged').boundingBox()));
  assert.ok(Math.abs(boxes[0]!.y - boxes[1]!.y) < 2, `${boxes[0]!.y} ${boxes[1]!.y}`);
  assert.equal(await items.nth(1).locator('[role=radio].head-tile').count(), 8);
  assert.match(await items.nth(0).locator('.enlarged h2').innerText(), /mean of 2 heads/i);
  assert.match(await items.nth(1).locator('.enlarged h2').innerText(), /head 0/i);
});

test('compared tiles have one scale, head by head: the same colour is the same value', async () => {
  const page = await open('compare', { width: 1600 });
  await page.mouse.move(0, 0);
  const colours: number[][] = [];
  const values = await Promise.all([0, 1].map((item) => attention(page, item, 0, 5, 2)));
  const top = Math.max(...values.flat());
  for (const item of [0, 1]) {
    const size = item === 0 ? 13 : 8;
    const picture = await pixelsOf(page.locator('.heads-item').nth(item).locator('.head-tile[data-index="2"] canvas'));
    const at = values[item]!.indexOf(Math.max(...values[item]!));
    const [row, columnAt] = [Math.floor(at / size), at % size];
    colours.push([...pixelAt(picture, ((columnAt + 0.5) * picture.width) / size, ((row + 0.5) * picture.height) / size)]); // prettier-ignore
    // The one that has the largest value is yellow, viridis' last colour; the other is not.
    const brightest = Math.max(...values[item]!) === top;
    assert.equal(colours[item]![0]! > 245, brightest, `${item}: ${colours[item]!.join(' ')}`);
  }
});

test('hostile tokens stay text, clamped, at 350 px', async () => {
  for (const saved of [{}, { layout: 'horizontal' }, { pane: 'model', thumbnails: 'lines' }, { units: 'words' }]) {
    const page = await open('hostile', { width: 350, saved });
    assert.equal(await page.locator('.heads img, .heads script').count(), 0);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), JSON.stringify(saved));
    assert.equal(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked), undefined);
  }
});

for (const [theme, saved] of [
  ['dark', {}],
  ['light', { layout: 'horizontal', pair: 'ab' }],
  ['hc-dark', { pane: 'model', thumbnails: 'lines' }],
  ['hc-light', { units: 'words', special: false, pane: 'model' }],
] as const)
  test(`axe finds nothing serious: ${theme}`, async () => {
    const page = await open('pair', { theme, saved });
    assert.deepEqual(await seriousFindings(page, '.heads'), []);
  });
