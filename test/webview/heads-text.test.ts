import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { shareText } from '../../src/shared/format';
import { headMatrix } from '../../src/shared/head-matrix';
import { openBrowser, type OpenOptions, type PanelBrowser } from './support/browser';
import { settled } from './support/maps';
import { recorded } from './support/recorded';
import { headsKey, type Recording } from './support/recording';

/** The head view in bertviz's manner, one manner after another: "<start> a bald man <end>", 6 heads. */
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
  await page.locator('.heads').getByRole('radio', { name: 'text', exact: true }).click();
  await page.locator('.head-view').waitFor();
  await page.mouse.move(0, 0);
  return page;
}
const tile = (page: Page, head: number): Locator => page.locator(`.head-switch[data-index="${head}"]`);
const token = (page: Page, side: 'query' | 'key', index: number): Locator =>
  page.locator(`.token-column.${side} [data-index="${index}"]`);
const active = (page: Page): Promise<number[]> =>
  page.locator('.head-switch[aria-pressed=true]').evaluateAll((tiles) => tiles.map((t) => Number((t as HTMLElement).dataset.index))); // prettier-ignore
/** Drawn curves by head, with the opacity of the strongest. */
const lines = (page: Page): Promise<Record<string, { count: number; strongest: number }>> =>
  page.locator('.head-view-lines path').evaluateAll((paths) => {
    const out: Record<string, { count: number; strongest: number }> = {};
    for (const path of paths) {
      const own = (out[path.getAttribute('data-head')!] ??= { count: 0, strongest: 0 });
      own.count += path.getAttribute('d')!.split('M').length - 1;
      own.strongest = Math.max(own.strongest, Number(path.getAttribute('stroke-opacity')));
    }
    return out;
  });
const attention = (head: number) => headMatrix(space.heads[headsKey('text', 3, 0)]!, 'attention', head).data;

test('the chosen head alone is drawn, a line for each weight that can be seen; the choice goes with the cursor', async () => {
  const page = await open();
  assert.deepEqual(await active(page), [0]);
  const seen = attention(0).filter((weight) => weight >= 0.008).length;
  assert.equal((await lines(page))['0']!.count, seen);
  await page.locator('.head-tile[data-index="3"]').click();
  assert.deepEqual(await active(page), [3]);
  assert.deepEqual(Object.keys(await lines(page)), ['3']);
});

test('click toggles, the last stays on; opacity is weight ÷ active heads', async () => {
  const page = await open();
  await tile(page, 0).click();
  assert.deepEqual(await active(page), [0]);
  await tile(page, 2).click();
  assert.deepEqual(await active(page), [0, 2]);
  // <start> attends itself alone: weight 1, shared by two heads.
  assert.ok(Math.abs((await lines(page))['0']!.strongest - 0.5) < 0.07);
  await tile(page, 0).click();
  assert.deepEqual(await active(page), [2]);
  assert.equal((await lines(page))['2']!.strongest, 1);
  // One head alone is the cursor of the whole panel.
  assert.equal(await page.evaluate(() => (window.savedState as { view: { head: number } }).view.head), 2);
});

test('double click isolates; on the only active one it turns all on', async () => {
  const page = await open();
  await tile(page, 1).click();
  await tile(page, 4).dblclick();
  assert.deepEqual(await active(page), [4]);
  await tile(page, 4).dblclick();
  assert.deepEqual(await active(page), [0, 1, 2, 3, 4, 5]);
});

test('the choice of heads survives a change of layer', async () => {
  const page = await open();
  await tile(page, 3).click();
  await page.locator('[aria-label="Previous layer"]').click();
  await page.locator('.enlarged h2', { hasText: /layer 2/i }).waitFor();
  assert.deepEqual(await active(page), [0, 3]);
});

for (const [side, other, index] of [
  ['query', 'key', 3],
  ['key', 'query', 1],
] as const)
  test(`a ${side} under the pointer keeps only its lines and shades the other side, with numbers`, async () => {
    const page = await open();
    await tile(page, 5).click();
    await token(page, side, index).hover();
    const data = [0, 5].map(
      (head) =>
      Array.from({ length: 5 }, (_, i) => (side === 'query' ? attention(head)[index * 5 + i]! : attention(head)[i * 5 + index]!)), // prettier-ignore
    );
    const drawn = await lines(page);
    [0, 5].forEach((head, i) => assert.equal(drawn[head]!.count, data[i]!.filter((weight) => weight > 0).length));
    for (let partner = 0; partner < 5; partner++) {
      const mean = (data[0]![partner]! + data[1]![partner]!) / 2;
      const number = token(page, other, partner).locator('.token-weight');
      if (mean < 0.005) assert.equal(await number.count(), 0);
      else assert.equal(await number.innerText(), shareText(mean));
      const shade = await token(page, other, partner).evaluate((e) => getComputedStyle(e).backgroundImage);
      // A strip for each of the two heads, from one stop of colour to the next.
      if (mean >= 0.005) assert.equal(new Set(shade.match(/rgba?\(\d+, \d+, \d+/g)).size, 2, shade);
    }
    await page.mouse.move(0, 0);
    assert.equal(await page.locator('.token-weight').count(), 0);
  });

test('keyboard only: tokens by arrow keys, the other side, tiles by Space and Enter', async () => {
  const page = await open();
  await token(page, 'query', 0).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.equal(await token(page, 'query', 2).getAttribute('aria-selected'), 'true');
  assert.match(await page.locator('.head-view-told').innerText(), /^bald\s*attends/);
  await page.keyboard.press('ArrowRight');
  assert.equal(await token(page, 'key', 2).getAttribute('aria-selected'), 'true');
  assert.match(await page.locator('.head-view-told').innerText(), /^bald\s*is attended by/);
  await tile(page, 0).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  assert.deepEqual(await active(page), [0, 1]);
  await page.keyboard.press('Enter');
  assert.deepEqual(await active(page), [1]);
  await page.keyboard.press('Enter');
  assert.equal((await active(page)).length, 6);
});

test('special tokens are hidden on demand, with their lines', async () => {
  const page = await open();
  assert.equal(await page.locator('.token-column.query .token').count(), 5);
  await page.getByRole('button', { name: 'special tokens' }).click();
  assert.deepEqual(
    (await page.locator('.token-column.query .token-text').allInnerTexts()).map((text) => text.trim()),
    ['a', 'bald', 'man'],
  );
  const own = attention(0).filter((weight, i) => weight >= 0.008 && [1, 2, 3].includes(i % 5) && [1, 2, 3].includes(Math.floor(i / 5))); // prettier-ignore
  assert.equal((await lines(page))['0']!.count, own.length);
});

test('heads taken together: mean and max in one colour', async () => {
  const page = await open();
  await tile(page, 0).dblclick();
  await page.getByRole('radio', { name: 'max', exact: true }).click();
  assert.equal(await page.locator('.head-view-lines path').evaluateAll((p) => new Set(p.map((e) => e.getAttribute('stroke'))).size), 1); // prettier-ignore
  await token(page, 'query', 4).hover();
  const max = Math.max(...[0, 1, 2, 3, 4, 5].map((head) => attention(head)[4 * 5 + 3]!));
  assert.equal(await token(page, 'key', 3).locator('.token-weight').innerText(), shareText(max));
});

test('a cell of the matrix lights the head view, and a token lights the matrix', async () => {
  const page = await open();
  await token(page, 'query', 3).hover();
  assert.deepEqual(
    (await page.locator('.matrix-rows .lit').allInnerTexts()).map((t) => t.trim()),
    ['man'],
  );
  const box = (await page.locator('.matrix-plot').boundingBox())!;
  await page.locator('.matrix-plot').hover({ position: { x: box.width * 0.3, y: box.height * 0.5 } });
  assert.equal(await token(page, 'query', 2).getAttribute('aria-selected'), 'true');
});

test('hostile prompts stay text, clamped, in matrix, head view and words', async () => {
  const page = await open({ state: 'hostile', width: 900 });
  for (let prompt = 0; prompt < 9; prompt++) {
    await page.locator('.head-view').waitFor();
    assert.equal(await page.locator('.heads img, .heads script').count(), 0);
    assert.ok(
      await page.evaluate(() => document.querySelector('.heads')!.scrollWidth <= innerWidth),
      `prompt ${prompt}`,
    );
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('ArrowDown');
    await settled(page);
  }
  assert.equal(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked), undefined);
});
