import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser, type PanelBrowser } from './support/browser';

let browser: PanelBrowser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());
afterEach(() => assert.deepEqual(browser.faults, []));

/** The first `count` of them; messages take a turn of the page's loop. */
async function calls<T>(page: Page, method: string, count: number): Promise<T[]> {
  await page.waitForFunction(
    ([method, count]) => window.fakeHost.calls.filter((call) => call.method === method).length >= count,
    [method, count] as const,
  );
  return page.evaluate(
    (method) => window.fakeHost.calls.filter((call) => call.method === method).map(({ params }) => params as T),
    method,
  );
}
interface Saved {
  readonly name: string;
  readonly text: string;
}

async function choose(page: Page, name: string | RegExp): Promise<void> {
  await page.keyboard.press('e');
  await page.getByRole('menuitem', { name }).first().click();
}

/** Whether another program would open it, and what it draws: read by the browser's own XML parser, in strict mode. */
const parsed = (page: Page, text: string) =>
  page.evaluate((text) => {
    const file = new DOMParser().parseFromString(text, 'image/svg+xml');
    const elements = [...file.querySelectorAll('*')];
    return {
      error: file.querySelector('parsererror')?.textContent ?? null,
      names: [...new Set(elements.map(({ localName }) => localName))],
      handlers: elements.flatMap((e) =>
        [...e.attributes].filter(({ name }) => /^on|href$/.test(name)).map(({ value }) => value.slice(0, 22)),
      ),
      texts: elements.filter(({ localName }) => localName === 'text').map((e) => e.textContent),
      title: file.querySelector('title')?.textContent,
    };
  }, text);

test('what the extension makes is asked for as the panel shows it', async () => {
  const page = await browser.open({ state: 'space' });
  for (const key of ['ArrowDown', 's']) await page.keyboard.press(key);
  for (const name of [/^Picture PNG/, /^Report/, /^Everything/, /^Every head/]) await choose(page, name);
  const asked = await calls<Record<string, unknown>>(page, 'export', 4);
  assert.deepEqual(
    asked.map(({ format }) => format),
    ['png', 'html', 'json', 'safetensors'],
  );
  assert.deepEqual(asked[0], {
    format: 'png',
    image: 0,
    prompt: 1,
    method: 'relevance',
    layers: { first: 0, last: 5 },
    textLayers: { first: 0, last: 3 },
    colourMap: 'inferno',
    smooth: false,
    opacity: 0.86,
    scale: 'own',
  });
});

test('the table as CSV has every digit, in the given order', async () => {
  const page = await browser.open({ state: 'space' });
  await choose(page, /^Table/);
  const [{ name, text }] = (await calls<Saved>(page, 'save', 1)) as [Saved];
  assert.equal(name, 'space.csv');
  const lines = text.split('\r\n');
  assert.equal(lines[0], 'prompt,logit,probability');
  assert.equal(lines.length, 6);
  assert.match(lines[1]!, /^a bald man,10\.34\d{6,},0\.003\d{6,}$/);
  await browser.open({ state: 'compare' });
  await choose(page, /^Table/);
  const [compared] = (await calls<Saved>(page, 'save', 1)) as [Saved];
  assert.match(compared.text, /^prompt,logit of space\.png,probability of space\.png,logit of street-portrait\.png,/);
});

test('every view that is offered as SVG is a whole file that opens, without scripts and without anything from elsewhere', async () => {
  const page = await browser.open({ state: 'hostile' });
  await page.keyboard.press('e');
  const names = await page.getByRole('group', { name: /SVG/ }).getByRole('menuitem').allTextContents();
  await page.keyboard.press('Escape');
  for (const name of ['Words', 'Probabilities', 'Picture']) assert.ok(names.includes(name), names.join(', '));
  for (const [i, name] of names.entries()) {
    await page.keyboard.press('e');
    await page.getByRole('group', { name: /SVG/ }).getByRole('menuitem').nth(i).click();
    const { name: file, text } = (await calls<Saved>(page, 'save', i + 1))[i]!;
    assert.match(file, /^[^/\\<>:"|?*]+\.svg$/, name);
    const { error, names: elements, handlers } = await parsed(page, text);
    assert.equal(error, null, name);
    assert.ok(
      !elements.some((element) => /script|foreignobject|iframe|style/i.test(element)),
      `${name}: ${elements.join(' ')}`,
    );
    assert.ok(
      handlers.every((value) => /^data:image\/(png|jpeg);base/.test(value)),
      `${name}: ${handlers.join(' ')}`,
    );
  }
});

test('words and probabilities as SVG say what the panel says', async () => {
  const page = await browser.open({ state: 'space' });
  await choose(page, 'Words');
  await choose(page, 'Probabilities');
  const [words, table] = (await calls<Saved>(page, 'save', 2)) as [Saved, Saved];
  assert.deepEqual([words.name, table.name], ['space-words.svg', 'space-probabilities.svg']);
  assert.deepEqual((await parsed(page, words.text)).texts, ['a', '0.08', 'bald', '0.45', 'man', '0.47']);
  assert.deepEqual((await parsed(page, table.text)).texts.slice(0, 8), [
    'logit',
    'probability',
    'a bald man',
    '10.35',
    '0.3 %',
    'a rocket in space',
    '16.02',
    '99.4 %',
  ]);
});

test('the menu is one of keys: arrows, first letters, Escape, and the focus comes back', async () => {
  const page = await browser.open({ state: 'space' });
  await page.keyboard.press('e');
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  assert.match((await focused())!, /^Picture/);
  await page.keyboard.press('ArrowDown');
  assert.match((await focused())!, /^Report/);
  await page.keyboard.press('t');
  assert.match((await focused())!, /^Table/);
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowDown');
  assert.match((await focused())!, /^Picture/);
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('menu').count(), 0);
  assert.match((await focused())!, /^export/);
  assert.equal(await page.evaluate(() => (window.savedState as { view: { live: boolean } }).view.live), false);
});

test('an export that fails says why, beside the picture', async () => {
  const page = await browser.open({ state: 'space' });
  await page.evaluate(() => {
    window.fakeHost.failures.export = 'The disk is full. Make room and try again.';
  });
  await choose(page, /^Report/);
  await page.getByRole('alert').getByText('The disk is full').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('alert').count(), 0);
});
