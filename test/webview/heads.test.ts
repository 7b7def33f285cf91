import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { valueText } from '../../src/shared/format';
import { headMatrix } from '../../src/shared/head-matrix';
import { viridis } from '../../src/shared/colour/viridis';
import { heatTop } from '../../src/shared/scale';
import { eventually } from '../e2e/support/eventually';
import { seriousFindings } from './support/axe';
import { openBrowser, type OpenOptions, type PanelBrowser } from './support/browser';
import { settled } from './support/maps';
import { pixelAt, pixelsOf } from './support/pixels';
import { recorded } from './support/recorded';
import { headsKey, type Recording } from './support/recording';

/** One layer's heads of a recorded explanation: space.png, 4 prompts, 65 tokens, 6 layers × 6 heads. */
let browser: PanelBrowser;
let space: Recording;
before(async () => {
  browser = await openBrowser();
  space = await recorded('space');
});
after(() => browser.close());
afterEach(() => assert.deepEqual(browser.faults, []));

async function open(options: OpenOptions = {}): Promise<Page> {
  const page = await browser.open({ state: 'space', width: 1200, height: 1000, ...options });
  await page.locator('.head-tile').first().waitFor();
  await page.locator('.heads').scrollIntoViewIfNeeded();
  return page;
}
const plot = (page: Page): Locator => page.locator('.matrix-plot');
const tile = (page: Page, head: number): Locator => page.locator(`.head-tile[data-index="${head}"]`);
const radio = (page: Page, name: string): Locator => page.locator('.heads').getByRole('radio', { name, exact: true });
const view = (page: Page) =>
  page.evaluate(
    () => (window.savedState as { view: { tower: string; layer: number; head: number; query: number | null } }).view,
  );
const vision = (layer: number) => space.heads[headsKey('vision', layer, 0)]!;

/** The middle of an entry, from the plot's corner. */
async function entry(page: Page, query: number, key: number, size: number): Promise<{ x: number; y: number }> {
  const box = (await plot(page).boundingBox())!;
  return { x: ((key + 0.5) * box.width) / size, y: ((query + 0.5) * box.height) / size };
}

test('the value under the pointer is the model’s, with its query and key', async () => {
  const page = await open();
  await tile(page, 1).click();
  const matrix = headMatrix(vision(5), 'attention', 1);
  for (const [query, key, names] of [
    [0, 20, 'CLS → r2c3'],
    [33, 1, 'r4c0 → r0c0'],
    [64, 64, 'r7c7 → r7c7'],
  ] as const) {
    await plot(page).hover({ position: await entry(page, query, key, 65) });
    const told = await page.locator('.matrix-tip').innerText();
    assert.equal(told.replace(/\s+/g, ' '), `${names} ${valueText(matrix.data[query * 65 + key]!)}`);
  }
});

test('each entry has its colour over its whole rectangle', async () => {
  const page = await open();
  await tile(page, 2).click();
  await page.mouse.move(0, 0);
  await settled(page);
  const matrix = headMatrix(vision(5), 'attention', 2);
  const top = heatTop(matrix.data, false);
  const picture = await pixelsOf(plot(page));
  const cell = picture.width / 65;
  // Row 0 is framed.
  for (let query = 2; query < 65; query += 7)
    for (let key = 0; key < 65; key += 3) {
      const at = 3 * Math.floor((255 * matrix.data[query * 65 + key]!) / top + 0.5);
      for (const part of [0.2, 0.8]) {
        const seen = pixelAt(picture, (key + part) * cell, (query + part) * cell);
        seen.forEach((v, c) => assert.ok(Math.abs(v - viridis[at + c]!) <= 2, `${query}, ${key}: ${seen.join(' ')}`));
      }
    }
});

test('gradients are fetched when they are looked at; until they are here the attention stays', async () => {
  const page = await open();
  const gradients = () =>
    page.evaluate(() =>
      window.fakeHost.calls.flatMap(({ method, params }) =>
        method === 'heads' ? [(params as { gradient: boolean }).gradient] : [],
      ),
    );
  await settled(page);
  assert.ok((await gradients()).every((gradient) => !gradient));
  const legend = () => page.locator('.heat-legend').innerText();
  const before = await legend();
  await page.evaluate(() => (window.fakeHost.delays.heads = 600));
  await radio(page, 'product').click();
  await eventually(async () => (await gradients()).at(-1), true);
  assert.equal(await radio(page, 'product').getAttribute('aria-checked'), 'true');
  assert.equal(await legend(), before);
  await eventually(async () => (await legend()) === before, false);
});

test('gradient and product are signed, with a symmetric scale', async () => {
  const page = await open();
  for (const quantity of ['gradient', 'product'] as const) {
    await radio(page, quantity).click();
    const top = heatTop(headMatrix(vision(5), quantity, 0).data, true);
    const legend = async () => (await page.locator('.heat-legend').innerText()).split('\n').map((text) => text.trim());
    // Gradients are fetched when they are first looked at.
    await eventually(async () => (await legend()).filter(Boolean), [valueText(-top), valueText(top)]);
  }
  await radio(page, 'layer').click();
  const tops = [0, 1, 2, 3, 4, 5].map((head) => heatTop(headMatrix(vision(5), 'product', head).data, true));
  assert.match(await page.locator('.heat-legend').innerText(), new RegExp(`${valueText(Math.max(...tops))}\\s*$`));
});

test('keyboard only: heads, Enter to the matrix, entries, the query’s row on the image', async () => {
  const page = await open();
  await tile(page, 0).focus();
  await page.keyboard.press('ArrowRight');
  assert.equal((await view(page)).head, 1);
  await page.keyboard.press('ArrowDown');
  assert.equal((await view(page)).head, 4);
  assert.ok(await tile(page, 4).evaluate((element) => element === document.activeElement));
  await page.keyboard.press('[');
  assert.equal((await view(page)).layer, 4);
  await page.keyboard.press('Enter');
  assert.ok(await plot(page).evaluate((element) => element === document.activeElement));
  const matrix = headMatrix(vision(4), 'attention', 4);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  const told = (await page.locator('.matrix-tip').innerText()).replace(/\s+/g, ' ');
  assert.equal(told, `r0c1 → r0c0 ${valueText(matrix.data[2 * 65 + 1]!)}`);
  await page.keyboard.press('Enter');
  assert.equal((await view(page)).query, 2);
  assert.match(await page.locator('.row-on-image h2').innerText(), /row r0c1/i);
  await page.locator('.image-row-frame').focus();
  await page.keyboard.press('End');
  const value = (await page.locator('.image-row-value').innerText()).replace(/\s+/g, ' ').trim();
  assert.equal(value, `r0c1 → r7c7 ${valueText(matrix.data[2 * 65 + 64]!)}`);
  await page.keyboard.press('Enter');
  assert.equal((await view(page)).query, 64);
  // The target did not move meanwhile, though its keys are arrows too.
  assert.equal(await page.evaluate(() => (window.savedState as { view: { prompt: number } }).view.prompt), 0);
});

test('a click on the image chooses the query, a second one gives CLS back', async () => {
  const page = await open();
  const box = (await page.locator('.image-row-frame').boundingBox())!;
  const position = { x: (5.5 * box.width) / 8, y: (3.5 * box.height) / 8 };
  await page.locator('.image-row-frame').click({ position });
  assert.equal((await view(page)).query, 1 + 3 * 8 + 5);
  await page.locator('.image-row-frame').click({ position });
  assert.equal((await view(page)).query, null);
});

test('heads can be sorted by each of their numbers, and a tile tells them', async () => {
  const page = await open();
  const order = () => page.locator('.head-tile').evaluateAll((tiles) => tiles.map((t) => Number((t as HTMLElement).dataset.index))); // prettier-ignore
  assert.deepEqual(await order(), [0, 1, 2, 3, 4, 5]);
  for (const [name, key] of [
    ['entropy', 'entropy'],
    ['distance', 'distance'],
    ['relevance', 'relevance'],
  ] as const) {
    await radio(page, name).click();
    const { dims, data } = space.statistics.vision[key];
    const values = Array.from({ length: 6 }, (_, head) => data[(dims[1]! - 1) * 6 + head]!);
    // The numbers of all heads come when what is looked at has been here for a moment.
    await eventually(
      order,
      [0, 1, 2, 3, 4, 5].sort((a, b) => values[b]! - values[a]! || a - b),
    );
  }
  const name = await tile(page, 3).getAttribute('aria-label');
  const { entropy } = space.statistics.vision;
  assert.match(name!, new RegExp(`entropy ${valueText(entropy.data[5 * 6 + 3]!)} nats`));
});

test('the side panel’s choice is shown, and the panel’s choice is told', async () => {
  const page = await open();
  await page.evaluate(() => window.fakeHost.emit('head', { tower: 'text', layer: 1, head: 3 }));
  await settled(page);
  assert.match(await page.locator('.enlarged h2').innerText(), /layer 1 · head 3/i);
  await tile(page, 5).click();
  await settled(page);
  const cursor = await page.evaluate(() => window.fakeHost.cursors.at(-1));
  assert.deepEqual([cursor!.tower, cursor!.layer, cursor!.head], ['text', 1, 5]);
});

test('hovering the picture lights the patch in the matrix, with its value', async () => {
  const page = await open();
  const frame = page.locator('.picture [role=grid]').first();
  await frame.scrollIntoViewIfNeeded();
  await frame.hover();
  const patch = await page.locator('.picture-mark-number').innerText();
  const told = (await page.locator('.matrix-tip').innerText()).replace(/\s+/g, ' ');
  const matrix = headMatrix(vision(5), 'attention', 0);
  assert.equal(
    told,
    `CLS → r${Math.floor(Number(patch) / 8)}c${Number(patch) % 8} ${valueText(matrix.data[1 + Number(patch)]!)}`,
  );
});

test('switching prompts fetches no attention of the image again', async () => {
  const page = await open();
  await page.waitForFunction(() => window.fakeHost.calls.filter(({ method }) => method === 'heads').length >= 2);
  await settled(page);
  const before = await page.evaluate(() => window.fakeHost.calls.filter(({ method }) => method === 'heads').length);
  await page.keyboard.press('ArrowDown');
  await settled(page);
  await page.waitForTimeout(100);
  const after = await page.evaluate(() => window.fakeHost.calls.filter(({ method }) => method === 'heads').length);
  assert.equal(after, before);
  assert.equal(await page.locator('.stale').count(), 0);
  await radio(page, 'product').click();
  await page.waitForFunction(
    () => JSON.stringify(window.fakeHost.calls.filter(({ method }) => method === 'heads').at(-1)).includes('"prompt":1'), // prettier-ignore
  );
});

test('while a layer is fetched the last picture stays, dimmed', async () => {
  const page = await open();
  await page.evaluate(() => (window.fakeHost.delays.heads = 400));
  await page.locator('.layer-slider').focus();
  await page.keyboard.press('Home');
  await settled(page);
  assert.match(await page.locator('.heads-large').getAttribute('class').then(String), /stale/);
  assert.equal(await page.locator('.head-tile').count(), 6);
  await page.locator('.heads-large:not(.stale)').waitFor();
  assert.equal((await view(page)).layer, 0);
});

test('what could not be fetched is said, and fetched again on request', async () => {
  const page = await open();
  await page.evaluate(() => (window.fakeHost.failures.heads = 'The engine ended while it read layer 0.'));
  await page.locator('.layer-slider').focus();
  await page.keyboard.press('Home');
  const said = page.locator('.fetch-state[role=alert]');
  await said.waitFor();
  assert.match(await said.innerText(), /The engine ended while it read layer 0\./);
  await page.evaluate(() => delete window.fakeHost.failures.heads);
  await said.locator('vscode-button').click();
  await said.waitFor({ state: 'detached' });
  await plot(page).hover({ position: await entry(page, 3, 5, 65) });
  const matrix = headMatrix(vision(0), 'attention', 0);
  assert.match(await page.locator('.matrix-tip').innerText(), new RegExp(`${valueText(matrix.data[3 * 65 + 5]!)}$`));
});

test('the heads’ numbers that could not be fetched do not hide the heads', async () => {
  const page = await browser.open({ state: 'one-prompt', width: 1200, height: 500 });
  await page.evaluate(() => (window.fakeHost.failures.statistics = 'The engine ended while it measured heads.'));
  // Another explanation: everything is fetched anew.
  await page.evaluate(() => window.fakeHost.show('sixty-prompts'));
  const said = page.locator('.fetch-state[role=alert]');
  await said.waitFor();
  assert.match(await said.innerText(), /while it measured heads/);
  assert.equal(await page.locator('.head-tile').count(), 12);
  await page.evaluate(() => delete window.fakeHost.failures.statistics);
  await said.locator('vscode-button').click();
  await said.waitFor({ state: 'detached' });
  await page.locator('.head-numbers', { hasText: 'entropy' }).waitFor();
});

test('the table has the matrix, and its CSV is copied or saved', async () => {
  const page = await open();
  await page.locator('.enlarged summary').click();
  const matrix = headMatrix(vision(5), 'attention', 0);
  const cell = page.locator('.enlarged tbody tr').nth(7).locator('td').nth(11);
  assert.equal(await cell.innerText(), valueText(matrix.data[7 * 65 + 11]!));
  await page.locator('.enlarged .table-actions vscode-button').click();
  await page.waitForFunction(
    () => document.querySelector('.enlarged .table-actions')!.textContent!.includes('Copied') || window.fakeHost.calls.some(({ method }) => method === 'save'), // prettier-ignore
  );
});

test('words ↔ patches: CLS has lines, a word its share, and a patch its value', async () => {
  const page = await open();
  await radio(page, 'words ↔ patches').click();
  const matrix = headMatrix(vision(5), 'attention', 0);
  assert.ok((await page.locator('.across-lines path').count()) > 2);
  const photo = page.locator('.across-photo');
  const box = (await photo.boundingBox())!;
  await photo.hover({ position: { x: (6.5 * box.width) / 8, y: (3.5 * box.height) / 8 } });
  const told = (await page.locator('.across-told').innerText()).replace(/\s+/g, ' ');
  assert.ok(told.startsWith(`CLS → r3c6 ${valueText(matrix.data[1 + 3 * 8 + 6]!)}`), told);
  assert.equal(await page.locator('.across-lines path').count(), 1);
  assert.equal(await page.locator('.patch-heads li').count(), 6);
  await page.locator('.word-row').nth(3).hover();
  assert.match(await page.locator('.across-told').innerText(), /^man 0\.47/);
  assert.equal(await page.locator('.across-lines path').count(), 0);
  assert.match(await page.locator('section.across').innerText(), /No attention joins a word to a patch/);
});

test('a tower with a pooling head: one more layer, of one query', async () => {
  const page = await open({ state: 'siglip' });
  const patches = 196;
  assert.match(await page.locator('.enlarged h2').innerText(), new RegExp(`${patches} × ${patches}`));
  assert.match(await page.locator('.row-on-image').innerText(), /This tower has no CLS/);
  await page.locator('[aria-label="Next layer"]').click();
  await page.locator('.enlarged h2', { hasText: /pooling head/i }).waitFor();
  assert.match(await page.locator('.enlarged h2').innerText(), /1 × 196/);
  assert.equal(await page.locator('.layer-number').innerText(), 'pool');
});

test('head, head view, model view and words ↔ patches are saved as vector files that open', async () => {
  const page = await open();
  const save = async (name: string): Promise<{ error: boolean; texts: string[]; shapes: number; images: string[] }> => {
    await page
      .getByRole('button', { name: /export/i })
      .first()
      .click();
    await page.getByRole('menuitem', { name, exact: true }).click();
    await page.waitForFunction(() => window.fakeHost.calls.some(({ method }) => method === 'save'));
    return page.evaluate(() => {
      const call = window.fakeHost.calls.find(({ method }) => method === 'save')!;
      window.fakeHost.calls.splice(window.fakeHost.calls.indexOf(call), 1);
      const file = new DOMParser().parseFromString((call.params as { text: string }).text, 'image/svg+xml');
      return {
        error: file.querySelector('parsererror') !== null,
        texts: [...file.querySelectorAll('text')].map(({ textContent }) => textContent),
        shapes: file.querySelectorAll('rect, path').length,
        images: [...file.querySelectorAll('image')].map((image) => image.getAttribute('href')!.slice(0, 22)),
      };
    });
  };
  const head = await save('Head 0 of layer 5');
  assert.ok(!head.error && head.shapes > 1000 && head.texts.includes('CLS') && head.images.length === 0);
  await radio(page, 'words ↔ patches').click();
  const across = await save('Words and patches, head 0');
  assert.ok(!across.error && across.texts.includes('man'));
  assert.deepEqual(across.images, ['data:image/png;base64,']);
  await page.getByRole('radio', { name: 'vision', exact: true }).click();
  await page.getByRole('button', { name: 'all layers' }).click();
  await page.locator('.mosaic-cell').first().waitFor();
  const model = await save('All heads of the vision tower');
  assert.ok(!model.error && model.images.length === 1);
  await page.getByRole('button', { name: 'all layers' }).click();
  await radio(page, 'text').click();
  await page.locator('.head-view').waitFor();
  const lines = await save('Head view of layer 3');
  assert.ok(!lines.error && lines.texts.includes('bald') && lines.shapes > 3);
});

for (const theme of ['dark', 'hc-light'] as const)
  test(`axe finds nothing serious: ${theme}`, async () => {
    const page = await open({ theme });
    assert.deepEqual(await seriousFindings(page, '.heads'), []);
    for (const name of ['text', 'words ↔ patches']) {
      await radio(page, name).click();
      await settled(page);
      assert.deepEqual(await seriousFindings(page, '.heads'), []);
    }
  });

test('nothing scrolls sideways but a matrix, at 350 pixels', async () => {
  const page = await open({ width: 350 });
  for (const name of ['vision', 'text', 'words ↔ patches']) {
    await radio(page, name).click();
    await settled(page);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
  }
});
