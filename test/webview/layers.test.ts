import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { LayerRange } from '../../src/shared/explanation';
import { openBrowser, type PanelBrowser } from './support/browser';
import { pixelsOf } from './support/pixels';
import { settled } from './support/maps';

let browser: PanelBrowser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());
afterEach(() => assert.deepEqual(browser.faults, []));

interface SavedView {
  readonly layers: LayerRange;
  readonly textLayers: LayerRange;
}
const ranges = (page: Page): Promise<SavedView> =>
  page.evaluate(() => {
    const { layers, textLayers } = (window.savedState as { view: SavedView }).view;
    return { layers, textLayers };
  });
const tower = (page: Page, name: 'vision' | 'text'): Locator => page.locator(`.tower-layers.${name}`);

/** The middle of a stop, in pixels of the page. */
async function stop(page: Page, layer: number): Promise<{ x: number; y: number }> {
  const bar = (await tower(page, 'vision').locator('.layer-bars li').nth(layer).boundingBox())!;
  const slider = (await tower(page, 'vision').locator('.range-slider').boundingBox())!;
  return { x: bar.x + bar.width / 2, y: slider.y + 8 };
}

async function drag(page: Page, from: number, to: number): Promise<void> {
  const [a, b] = [await stop(page, from), await stop(page, to)];
  await page.mouse.move(a.x, a.y);
  await page.mouse.down();
  await page.mouse.move((a.x + b.x) / 2, b.y, { steps: 3 });
  await page.mouse.move(b.x, b.y);
  await page.mouse.up();
}

test('thumbs are dragged, what lies between them is dragged as a whole, and the picture follows', async () => {
  const page = await browser.open({ state: 'space', theme: 'dark', width: 1200 });
  const look = async () =>
    Buffer.from((await pixelsOf(page.locator('.picture .photo-layers'))).data).toString('base64');
  const all = await look();
  assert.deepEqual((await ranges(page)).layers, { first: 0, last: 5 });
  await drag(page, 0, 3);
  assert.deepEqual((await ranges(page)).layers, { first: 3, last: 5 });
  assert.notEqual(await look(), all);
  await drag(page, 5, 4);
  assert.deepEqual((await ranges(page)).layers, { first: 3, last: 4 });
  // A press on the rail brings the nearer thumb.
  const { x, y } = await stop(page, 1);
  await page.mouse.click(x, y);
  assert.deepEqual((await ranges(page)).layers, { first: 1, last: 4 });
  // Between the thumbs: both.
  await drag(page, 2, 3);
  assert.deepEqual((await ranges(page)).layers, { first: 2, last: 5 });
  // They do not pass each other.
  await drag(page, 2, 5);
  assert.deepEqual((await ranges(page)).layers, { first: 5, last: 5 });
  await drag(page, 5, 0);
  assert.deepEqual((await ranges(page)).layers, { first: 0, last: 5 });
});

test('a bar chooses its layer alone; hovering says what it adds', async () => {
  const page = await browser.open({ state: 'space', theme: 'dark', width: 1200 });
  const vision = tower(page, 'vision');
  await vision.locator('li').nth(1).hover();
  assert.match(await vision.locator('.said').innerText(), /^layer 1 adds 0\.\d+, \d+ %$/);
  await vision.locator('li').nth(4).click();
  assert.deepEqual((await ranges(page)).layers, { first: 4, last: 4 });
  await vision.locator('li').nth(5).hover();
  assert.match(await vision.locator('.said').innerText(), /layer 5 lies above the chosen ones/);
  await vision.locator('li').nth(0).hover();
  assert.match(await vision.locator('.said').innerText(), /layer 0 would add /);
  assert.equal(await vision.locator('li.in').count(), 1);
});

test('bars are as high as what their layers add', async () => {
  const page = await browser.open({ state: 'space', theme: 'dark', width: 1200 });
  const bars = await tower(page, 'vision')
    .locator('li')
    .evaluateAll((all) =>
      all.map((li) => ({ height: li.querySelector('i')!.getBoundingClientRect().height, text: li.textContent })),
    );
  const values = bars.map(({ text }) => Number(/adds ([\d.e-]+)/.exec(text)![1]));
  const top = Math.max(...values);
  bars.forEach(({ height }, i) =>
    assert.ok(Math.abs(height - Math.max(1, (44 * values[i]!) / top)) < 1, `bar ${i}: ${height}`),
  );
  // The shares of the map's sum: each layer's step, from the rows themselves.
  const sums = await page.evaluate(() => {
    const { vision } = window.fakeHost.state()!.images[0]!.explained;
    const { dims, data } = vision.relevance;
    const last = vision.layers - 1;
    return Array.from({ length: vision.layers }, (_, first) => {
      const at = ((last * (last + 1)) / 2 + first) * dims[2]!;
      return data.slice(at + vision.prefix, at + dims[2]!).reduce((a, b) => a + b, 0);
    });
  });
  sums.forEach((sum, i) => assert.ok(Math.abs(sum - (sums[i + 1] ?? 0) - values[i]!) < 0.006 * top, `layer ${i}`));
});

test('by keyboard each thumb is a slider with its value in words; Shift moves both', async () => {
  const page = await browser.open({ state: 'space', theme: 'dark', width: 900 });
  const [first, last] = [0, 1].map((i) => tower(page, 'vision').getByRole('slider').nth(i)) as [Locator, Locator];
  await first.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
  assert.deepEqual((await ranges(page)).layers, { first: 2, last: 5 });
  assert.equal(await first.getAttribute('aria-valuenow'), '2');
  assert.equal(await first.getAttribute('aria-valuemax'), '5');
  assert.match((await first.getAttribute('aria-valuetext'))!, /^layer 2 adds /);
  assert.equal(await last.getAttribute('aria-valuemin'), '2');
  await last.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Shift+ArrowLeft');
  assert.deepEqual((await ranges(page)).layers, { first: 1, last: 3 });
  await page.keyboard.press('End');
  assert.deepEqual((await ranges(page)).layers, { first: 1, last: 5 });
  // The panel's own arrows did not move the target or the head.
  const moved = await page.evaluate(
    () => new Set(window.fakeHost.cursors.map(({ prompt, head }) => `${prompt} ${head}`)).size,
  );
  assert.equal(moved, 1);
});

test('last, all and the model’s own choice; the authors’ warning where it applies', async () => {
  const page = await browser.open({ state: 'space', theme: 'dark', width: 900 });
  const advice = page.locator('.layers').getByText('Artefacts grow with the number of layers');
  assert.match(await advice.innerText(), /this model, these layers are what its folder recommends/);
  const vision = tower(page, 'vision');
  await vision.getByRole('radio', { name: 'last', exact: true }).click();
  assert.deepEqual((await ranges(page)).layers, { first: 5, last: 5 });
  assert.ok(!(await advice.innerText()).includes('recommends'), 'the text tower still reads all of its layers');
  await tower(page, 'text').getByRole('radio', { name: 'last', exact: true }).click();
  assert.deepEqual(await ranges(page), { layers: { first: 5, last: 5 }, textLayers: { first: 3, last: 3 } });
  assert.equal(await advice.count(), 0);
  await vision.getByRole('radio', { name: 'all (recommended)' }).click();
  assert.deepEqual((await ranges(page)).layers, { first: 0, last: 5 });
});

test('towers with as many layers are linked until one says otherwise', async () => {
  const page = await browser.open({ state: 'one-prompt', theme: 'dark', width: 900 });
  assert.equal(await tower(page, 'text').count(), 0);
  await tower(page, 'vision').getByRole('radio', { name: 'all', exact: true }).click();
  const all = { first: 0, last: 11 };
  assert.deepEqual(await ranges(page), { layers: all, textLayers: all });
  const link = page.locator('vscode-checkbox', { hasText: 'same layers for the text' });
  await link.click();
  await tower(page, 'text').getByRole('radio', { name: 'last (recommended)' }).click();
  assert.deepEqual(await ranges(page), { layers: all, textLayers: { first: 11, last: 11 } });
  await link.click();
  assert.deepEqual(await ranges(page), { layers: all, textLayers: all });
});

test('a pooling head is the last stop; such towers are not linked', async () => {
  const page = await browser.open({ state: 'siglip', theme: 'dark', width: 900 });
  const vision = tower(page, 'vision');
  assert.equal(await vision.locator('li').count(), 13);
  assert.equal((await vision.locator('.range-stops span').allInnerTexts()).at(-1), 'pool');
  assert.match(await vision.locator('.said').innerText(), /the pooling head alone/);
  assert.equal(await page.locator('vscode-checkbox', { hasText: 'same layers' }).count(), 0);
  assert.equal(await tower(page, 'text').locator('li').count(), 12);
});

test('methods that read one layer have one thumb, which keeps the range for the others', async () => {
  const page = await browser.open({ state: 'space', theme: 'dark', width: 900 });
  await page.locator('.method').nth(2).click();
  const sliders = tower(page, 'vision').getByRole('slider');
  assert.equal(await sliders.count(), 1);
  await sliders.first().focus();
  await page.keyboard.press('ArrowLeft');
  assert.match(await tower(page, 'vision').locator('.said').innerText(), /layer 4/);
  await page.locator('.method').nth(0).click();
  assert.deepEqual((await ranges(page)).layers, { first: 0, last: 4 });
});

test('24 layers fit 350 pixels, and nothing scrolls sideways', async () => {
  const page = await browser.open({ state: 'big', theme: 'dark', width: 350 });
  await settled(page);
  assert.equal(await tower(page, 'vision').locator('li').count(), 24);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
});
