import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser, type PanelBrowser } from './support/browser';

let browser: PanelBrowser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());
afterEach(() => assert.deepEqual(browser.faults, []));

const words = (page: Page) => page.getByRole('list', { name: /^Words of/ });
const pairs = (page: Page, list = words(page)) =>
  list
    .getByRole('listitem')
    .evaluateAll((items) =>
      items.map((item) => [
        item.querySelector('.word-text')!.textContent,
        item.querySelector('.word-value')!.textContent,
      ]),
    );

test('each word has its share of the relevance, shaded by it', async () => {
  const page = await browser.open({ state: 'space' });
  assert.deepEqual(await pairs(page), [
    ['a', '0.08'],
    ['bald', '0.45'],
    ['man', '0.47'],
  ]);
  const alphas = await page
    .locator('.word-shade')
    .evaluateAll((all) =>
      all.map((e) => Number(/([\d.]+)\)$/.exec(getComputedStyle(e).backgroundColor.replace('%', ''))?.[1] ?? 1)),
    );
  assert.ok(alphas[0]! < alphas[1]! && alphas[1]! < alphas[2]!, alphas.join(' '));
});

test('tokens come on demand, start and end among them without a share', async () => {
  const page = await browser.open({ state: 'one-prompt' });
  const toggle = page.getByRole('button', { name: 'tokens' });
  assert.equal(await toggle.getAttribute('aria-pressed'), 'false');
  await toggle.click();
  assert.equal(await toggle.getAttribute('aria-pressed'), 'true');
  const tokens = await pairs(page, page.getByRole('list', { name: /^Tokens of/ }));
  assert.deepEqual(
    tokens.map(([text, share]) => [text, share !== '']),
    [
      ['<start>', false],
      ['a', true],
      ['dog', true],
      ['<end>', false],
    ],
  );
});

test('signed relevance has a colour for each sign', async () => {
  const page = await browser.open({ state: 'space' });
  await page.evaluate(() => undefined);
  const saved = await page.evaluate(() => window.savedState as { view: object });
  await browser.open({ state: 'space', saved: { ...saved, view: { ...saved.view, method: 'signed' } } });
  const shown = await page
    .locator('.word')
    .evaluateAll((all) =>
      all.map((e) => [
        e.querySelector('.word-value')!.textContent!.startsWith('−'),
        e.querySelector('.minus') !== null,
      ]),
    );
  assert.ok(shown.length === 3 && shown.every(([negative, minus]) => negative === minus), JSON.stringify(shown));
});

test('hover and focus light a word and its tokens, and arrow keys go along the words, not the heads', async () => {
  const page = await browser.open({ state: 'space' });
  await page.getByRole('button', { name: 'tokens' }).click();
  await words(page).getByRole('listitem').nth(1).hover();
  assert.deepEqual(await page.locator('.word.lit .word-text').allTextContents(), ['bald', 'bald']);
  await page.mouse.move(5, 5);
  assert.equal(await page.locator('.word.lit').count(), 0);
  await words(page).getByRole('listitem').first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.deepEqual(await page.locator('.word.lit .word-text').allTextContents(), ['man', 'man']);
  assert.equal(await page.evaluate(() => (window.savedState as { view: { head: number } }).view.head), 0);
});

test('a prompt that was cut says so, and its words are those that the model read', async () => {
  const page = await browser.open({ state: 'hostile' });
  for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowDown');
  await page.getByText(/The prompt was cut after 75 tokens/).waitFor();
  assert.equal(await words(page).getByRole('listitem').count(), 75);
});

test('a comparison says of which image the words speak', async () => {
  const page = await browser.open({ state: 'compare' });
  assert.match(await page.locator('.words-section').innerText(), /space\.png/);
});
