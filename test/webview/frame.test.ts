import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { seriousFindings } from './support/axe';
import { openBrowser, type PanelBrowser } from './support/browser';
import { themeNames } from './support/themes';

let browser: PanelBrowser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());
afterEach(() => assert.deepEqual(browser.faults, []));

/** Messages take a turn of the page's loop. */
async function acts(page: Page): Promise<readonly string[]> {
  await page.waitForFunction(() => window.fakeHost.calls.some(({ method }) => method === 'act'));
  return page.evaluate(() =>
    window.fakeHost.calls
      .filter(({ method }) => method === 'act')
      .map(({ params }) => (params as { action: string }).action),
  );
}
const view = (page: Page) =>
  page.evaluate(
    () => (window.savedState as { view: { [key: string]: unknown; overlay: Record<string, unknown> } }).view,
  );

test('the header names the image, its size and crop, the model, the prompts and the time', async () => {
  const page = await browser.open({ state: 'space' });
  assert.match(
    await page.locator('header').innerText(),
    /space\.png\s+640 × 480 · crop 482 × 480\s+emoji-clip\s+· 4 prompts · \d/,
  );
  await browser.open({ state: 'compare' });
  assert.match(await page.locator('header').innerText(), /space\.png\s+and\s+street-portrait\.png/);
});

test('what one should know before trusting the picture is there: the model’s limits, the crop, warnings, an assumed scale', async () => {
  const page = await browser.open({ state: 'space' });
  const notes = page.getByRole('complementary', { name: 'Notes on this explanation' });
  assert.match(await notes.innerText(), /drawings .* not photographs[\s\S]*the dimmed part, 25\s%/);
});

test('what was told while the page loaded is not asked for again; what was told to a page before it is', async () => {
  for (const [told, asked] of [
    ['early', ['begin']],
    ['missed', ['begin', 'open']],
  ] as const) {
    const page = await browser.open({ state: 'space', told });
    assert.match(await page.locator('header').innerText(), /space\.png/);
    const calls = await page.evaluate(() => window.fakeHost.calls.map(({ method }) => method));
    assert.deepEqual(calls.slice(0, asked.length), asked);
    assert.equal(calls.includes('open'), told === 'missed');
  }
});

test('before the first explanation the panel says what goes on, for which image and prompts, and offers to cancel', async () => {
  const page = await browser.open({ state: 'none+working' });
  await page.getByText('Running the model…').waitFor();
  assert.match(await page.locator('header').innerText(), /none\.png/);
  assert.equal(await page.getByRole('progressbar').getAttribute('aria-valuenow'), '40');
  await page.getByRole('button', { name: 'Cancel' }).click();
  assert.deepEqual(await acts(page), ['cancel']);
});

test('a host that says nothing yet leaves no blank page', async () => {
  const page = await browser.open({ state: 'empty' });
  await page.getByText('Starting…').waitFor();
});

for (const [state, sentence, button, action] of [
  ['cancelled', /Cancelled/, 'Explain Again', 'retry'],
  ['changed', /has changed/, 'Explain Again', 'retry'],
  ['gone', /is gone/, 'Close Panel', 'close'],
  ['failed', /ended unexpectedly/, 'Try Again', 'retry'],
] as const)
  for (const before of ['space', 'none'])
    test(`${before === 'none' ? 'without' : 'beside'} a picture, "${state}" is a sentence and a button`, async () => {
      const page = await browser.open({ state: `${before}+${state}` });
      await page.getByText(sentence).first().waitFor();
      assert.equal(await page.locator('main').count(), before === 'none' ? 0 : 1);
      await page.getByRole('button', { name: button }).click();
      assert.deepEqual(await acts(page), [action]);
    });

test('a failure offers every way out that the extension names, the likely one first', async () => {
  const page = await browser.open({ state: 'space+failed' });
  assert.deepEqual(await page.locator('.message-actions vscode-button').allTextContents(), [
    'Try Again',
    'Show Log',
    'Copy Diagnostics',
  ]);
});

test('work leaves the picture where it is: a line and a stage, nothing moves', async () => {
  const page = await browser.open({ state: 'space' });
  const places = () =>
    page
      .locator('main, .probabilities, .words-section, header')
      .evaluateAll((all) => all.map((e) => e.getBoundingClientRect().top));
  const before = await places();
  await page.evaluate(() =>
    window.fakeHost.emit('status', { kind: 'working', stage: 'Reading the model', fraction: null, cancellable: true }),
  );
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  assert.deepEqual(await places(), before);
  assert.equal(await page.locator('main').getAttribute('aria-busy'), 'true');
  assert.match(await page.locator('p.spoken[role=status]').innerText(), /Reading the model/);
  await page.getByRole('button', { name: 'Cancel' }).click();
  assert.deepEqual(await acts(page), ['cancel']);
});

test('the panel’s keys work wherever the focus is, and a head that the side panel chose is shown', async () => {
  const page = await browser.open({ state: 'space' });
  const start = await view(page);
  assert.deepEqual([start.layer, start.head], [5, 0]);
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', '[', '[', ']', 'o', 's', 'l'])
    await page.keyboard.press(key);
  const after = await view(page);
  assert.deepEqual(
    [after.layer, after.head, after.overlay.on, after.overlay.smooth, after.live],
    [4, 1, false, false, true],
  );
  await page.waitForFunction(() => window.fakeHost.cursors.at(-1)?.layer === 4);
  assert.deepEqual(await page.evaluate(() => window.fakeHost.cursors.at(-1)), {
    image: 0,
    prompt: 0,
    tower: 'vision',
    layer: 4,
    head: 1,
  });
  await page.evaluate(() => window.fakeHost.emit('head', { tower: 'text', layer: 2, head: 3 }));
  await page.waitForFunction(() => window.fakeHost.cursors.at(-1)?.tower === 'text');
  assert.deepEqual(await page.evaluate(() => window.fakeHost.cursors.at(-1)), {
    image: 0,
    prompt: 0,
    tower: 'text',
    layer: 2,
    head: 3,
  });
});

test('keys stop at the ends and with Ctrl they are the editor’s', async () => {
  const page = await browser.open({ state: 'space' });
  for (const key of ['ArrowLeft', ']', 'ArrowUp', 'Control+o', 'Meta+s']) await page.keyboard.press(key);
  const { layer, head, prompt, overlay } = await view(page);
  assert.deepEqual([layer, head, prompt, overlay.on, overlay.smooth], [5, 0, 0, true, true]);
});

test('"?" lists the keys in a dialog that keeps the focus, Escape closes it and gives the focus back', async () => {
  const page = await browser.open({ state: 'space' });
  await page.getByRole('radio', { name: 'a cow' }).focus();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await dialog.waitFor();
  for (const key of ['↑', '←', '[', 'L', 'O', 'S', 'E', 'Esc', '?'])
    assert.ok((await dialog.locator('kbd').allTextContents()).includes(key), key);
  await page.keyboard.press('o');
  await page.keyboard.press('Tab');
  assert.equal(
    await page.evaluate(
      () =>
        document.querySelector('dialog')!.contains(document.activeElement) || document.activeElement === document.body,
    ),
    true,
  );
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-prompt')), '3');
  assert.equal((await view(page)).overlay.on, true);
  await page.getByRole('button', { name: 'Keys (?)' }).click();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.waitFor({ state: 'hidden' });
});

test('a panel that was hidden or reloaded comes back as it was', async () => {
  const page = await browser.open({ state: 'space' });
  for (const key of ['ArrowDown', 'o', '[', 'ArrowRight']) await page.keyboard.press(key);
  await page.getByRole('button', { name: 'tokens' }).click();
  const saved = await page.evaluate(() => window.savedState);
  await browser.open({ state: 'space', saved });
  assert.deepEqual(await page.evaluate(() => window.savedState), saved);
  assert.equal(await page.locator('.prompt-row.chosen .prompt-text').textContent(), 'a rocket in space');
  assert.equal(await page.locator('.words').count(), 2);
});

test('what an older or another version kept does no harm', async () => {
  const request = { images: ['file:///x.png'], prompts: ['a'], model: null };
  for (const saved of [
    7,
    { version: 0 },
    { version: 1, request, view: { prompt: 99, layer: -4, method: 'x', overlay: 3, heads: [] } },
  ]) {
    const page = await browser.open({ state: 'space', saved });
    assert.equal(await page.locator('.prompt-row').count(), 4);
  }
});

test('the toolkit’s controls work under the page’s policy: styled, named, by keyboard', async () => {
  const page = await browser.open({ state: 'space+failed', theme: 'light' });
  const retry = page.getByRole('button', { name: 'Try Again' });
  assert.equal(await retry.evaluate((e) => getComputedStyle(e).backgroundColor !== ''), true);
  assert.equal(
    await page
      .locator('vscode-button')
      .first()
      .evaluate((e) => getComputedStyle(e).backgroundColor),
    'rgb(0, 95, 184)',
  );
  await retry.focus();
  await page.keyboard.press('Enter');
  assert.deepEqual(await acts(page), ['retry']);
  const live = page.getByRole('checkbox', { name: 'live' });
  await live.focus();
  await page.keyboard.press('Space');
  assert.equal((await view(page)).live, true);
});

for (const theme of themeNames)
  test(`frame, table and words have no serious accessibility findings in ${theme}`, async () => {
    const page = await browser.open({ state: 'space+failed', theme });
    await page.getByRole('button', { name: 'tokens' }).click();
    await page.getByRole('radio', { name: 'a cow' }).focus();
    await page.keyboard.press('F2');
    await page.keyboard.type('b');
    for (const part of ['header', '.message', '.probabilities', '.words-section', '.notes'])
      assert.deepEqual(await seriousFindings(page, part), [], part);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('e');
    assert.deepEqual(await seriousFindings(page, '.menu'), []);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    assert.deepEqual(await seriousFindings(page, 'dialog'), []);
  });

test('nothing scrolls sideways at 350 px, whatever it is called', async () => {
  for (const state of ['space', 'compare', 'hostile', 'space+failed', 'space+working']) {
    const page = await browser.open({ state, width: 350 });
    for (const part of ['header', '.message', '.probabilities', '.words-section', '.notes'])
      for (const box of await page
        .locator(part)
        .evaluateAll((all) => all.map((e) => [e.scrollWidth - e.clientWidth, e.getBoundingClientRect().right]))) {
        assert.ok(box[0]! <= 1 && box[1]! <= 350, `${state} ${part}: ${box.join(' ')}`);
      }
  }
});
