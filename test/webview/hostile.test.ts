import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser, type PanelBrowser } from './support/browser';
import { hostileName, hostilePrompts } from './support/states';

let browser: PanelBrowser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());
afterEach(() => assert.deepEqual(browser.faults, []));

const hacked = (page: Page) => page.evaluate(() => 'hacked' in window);

test('prompts, names, notes and warnings that are markup are text', async () => {
  const page = await browser.open({ state: 'hostile' });
  await page.getByRole('button', { name: 'tokens' }).click();
  for (let i = 0; i < hostilePrompts.length; i++) await page.keyboard.press('ArrowDown');
  await page.waitForTimeout(100);
  assert.equal(await hacked(page), false);
  assert.equal(
    await page.locator('img, script[src="x"], header b, .probabilities b, .words-section b, .notes b').count(),
    0,
  );
  assert.equal(await page.locator('.prompt-text').first().textContent(), hostilePrompts[0]);
  assert.ok((await page.locator('.header-name').textContent())!.startsWith(hostileName.slice(0, 20)));
});

test('marks of direction are shown and turn nothing; numbers stand in their column beside right-to-left words', async () => {
  const page = await browser.open({ state: 'hostile' });
  assert.match((await page.locator('.header-name').textContent())!, /\\u202e/);
  assert.match((await page.locator('.prompt-text').nth(3).textContent())!, /\\u202ereversed/);
  const rights = await page
    .locator('.prompt-row .percent')
    .evaluateAll((all) => all.map((e) => e.getBoundingClientRect().right));
  assert.equal(new Set(rights.map(Math.round)).size, 1);
});

test('ten thousand letters take three lines', async () => {
  const page = await browser.open({ state: 'hostile' });
  const box = (await page.locator('.prompt-text').nth(5).boundingBox())!;
  assert.ok(box.height < 70, `${box.height}`);
});

test('a failure’s sentence and a stage are text too', async () => {
  const page = await browser.open({ state: 'space' });
  const message = '<img src=x onerror="window.hacked=1"> '.repeat(200);
  await page.evaluate(
    (message) => window.fakeHost.emit('status', { kind: 'failed', error: 'internal', message, actions: ['show-log'] }),
    message,
  );
  await page.getByRole('alert').waitFor();
  assert.ok((await page.getByRole('alert').boundingBox())!.height < 260);
  await page.evaluate(
    (stage) => window.fakeHost.emit('status', { kind: 'working', stage, fraction: 2, cancellable: false }),
    message,
  );
  await page.locator('.working-stage').waitFor();
  assert.equal(await hacked(page), false);
});

test('messages of other scripts, and malformed ones, change nothing', async () => {
  const page = await browser.open({ state: 'space' });
  const before = await page.locator('body').innerText();
  const lines: string[] = [];
  page.on('console', (message) => lines.push(message.text()));
  await page.evaluate(() => {
    const messages: unknown[] = [
      null,
      7,
      'state',
      [],
      { type: 'event' },
      { type: 'event', name: 'state', payload: null },
      { type: 'event', name: 'state', payload: { images: 'all', status: { kind: 'ready' }, settings: {} } },
      { type: 'event', name: 'status', payload: { kind: 'failed', message: 7, actions: ['rm -rf'] } },
      { type: 'event', name: 'status', payload: { kind: 'nonsense' } },
      { type: 'event', name: 'head', payload: { tower: 'roof', layer: 0, head: 0 } },
      { type: 'event', name: 'head', payload: { tower: 'vision', layer: -1, head: 0.5 } },
      { type: 'event', name: '__proto__', payload: {} },
      { type: 'request', id: 1, method: 'constructor', params: null },
      { type: 'result', id: 999, result: 'late' },
      { type: 'error', id: 999, error: { kind: 'nonsense' } },
      { command: 'webpackHotUpdate' },
    ];
    for (const message of messages) window.fakeHost.post(message);
  });
  await page.waitForTimeout(100);
  assert.equal(await page.locator('body').innerText(), before);
  assert.ok(lines.filter((line) => /dropped/.test(line)).length >= 10, lines.join('\n'));
});

test('a head that does not exist is brought into what exists', async () => {
  const page = await browser.open({ state: 'space' });
  await page.evaluate(() => window.fakeHost.emit('head', { tower: 'vision', layer: 999, head: 999 }));
  await page.waitForFunction(() => window.fakeHost.cursors.at(-1)?.head === 5);
  assert.equal(await page.evaluate(() => window.fakeHost.cursors.at(-1)?.layer), 5);
});
