import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { methods } from '../../src/shared/explanation';
import { methodSentences } from '../../src/shared/wording';
import { openBrowser, type PanelBrowser } from './support/browser';
import { madeRows, mapOf, settled, showMap } from './support/maps';
import { pixelAt, pixelsOf } from './support/pixels';

let browser: PanelBrowser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());
afterEach(() => assert.deepEqual(browser.faults, []));

const chosen = (page: Page): Promise<string> =>
  page.evaluate(() => (window.savedState as { view: { method: string } }).view.method);
const thumbnail = (page: Page, i: number) => page.locator('.method-thumbnail').nth(i);

test('five methods, one chosen by click or arrow, with its sentence', async () => {
  const page = await browser.open({ state: 'space', theme: 'dark', width: 1200 });
  const radios = page.locator('.methods [role=radio]');
  assert.equal(await radios.count(), 5);
  for (const [i, method] of methods.entries()) {
    await radios.nth(i).click();
    assert.equal(await chosen(page), method);
    assert.equal(await page.locator('#method-sentence').innerText(), methodSentences[method]);
    assert.equal(await page.locator('.methods [aria-checked=true]').count(), 1);
  }
  await page.keyboard.press('ArrowLeft');
  assert.equal(await chosen(page), 'rollout');
  await page.keyboard.press('Home');
  assert.equal(await chosen(page), 'relevance');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-checked')), 'true');
});

test('each picture is grey where its map is cold and coloured where it is hottest', async () => {
  const page = await browser.open({ state: 'one-prompt', theme: 'dark', width: 1600 });
  const explained = madeRows('one-prompt');
  for (const [i, method] of methods.entries()) {
    const map = mapOf(explained, method, 0, 11);
    // Methods of one layer have a row for each layer instead of one for each range.
    if (method === 'raw' || method === 'grad-cam') {
      const key = method === 'raw' ? 'raw' : 'gradCam';
      const { dims, data } = explained.vision[key];
      map.set(data.subarray(11 * dims[2]! + 1, 12 * dims[2]!));
    }
    const picture = await pixelsOf(thumbnail(page, i));
    const top = map.reduce((best, value) => Math.max(best, Math.abs(value)), 0);
    const colour = (patch: number): number => {
      const [r, g, b] = pixelAt(picture, (((patch % 7) + 0.5) / 7) * picture.width, ((Math.floor(patch / 7) + 0.5) / 7) * picture.height); // prettier-ignore
      return Math.max(r, g, b) - Math.min(r, g, b);
    };
    map.forEach((value, patch) => {
      if (Math.abs(value) > 0.95 * top) assert.ok(colour(patch) > 40, `${method}: patch ${patch} is grey`);
      if (Math.abs(value) < 0.01 * top) assert.ok(colour(patch) < 12, `${method}: patch ${patch} is coloured`);
    });
  }
});

test('pictures follow the prompt and the layers', async () => {
  const page = await browser.open({ state: 'space', theme: 'dark', width: 1200 });
  const look = async (i: number) => Buffer.from((await pixelsOf(thumbnail(page, i))).data).toString('base64');
  const before = await look(0);
  await page.locator('.prompt-row').nth(1).click();
  await settled(page);
  const other = await look(0);
  assert.notEqual(other, before);
  await page.locator('.tower-layers.vision li').nth(2).click();
  await settled(page);
  assert.notEqual(await look(0), other);
});

test('a map of zeros leaves the grey picture', async () => {
  const page = await browser.open({ state: 'one-prompt', theme: 'light', width: 900 });
  await showMap(
    page,
    Array.from({ length: 49 }, () => 0),
  );
  const { data } = await pixelsOf(thumbnail(page, 0));
  // Corners are round and show the page.
  for (let i = 3 * 400; i < data.length - 3 * 400; i += 3)
    assert.ok(Math.max(data[i]!, data[i + 1]!, data[i + 2]!) - Math.min(data[i]!, data[i + 1]!, data[i + 2]!) < 3);
});
