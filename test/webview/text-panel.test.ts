import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually } from '../e2e/support/eventually';
import { openBrowser, type PanelBrowser } from './support/browser';
import { textPanel } from './support/text-panel';

/** The frame of the text panel: texts that are written in, targets, comparison, status, keys, exports, what a reload brings back. */
let browser: PanelBrowser;
before(async () => {
  browser = await openBrowser(textPanel);
});
after(() => browser.close());
afterEach(() => assert.deepEqual(browser.faults, []));

const text = 'The quick brown fox jumps over the lazy dog.';
const field = (page: Page) => page.getByRole('textbox', { name: 'text', exact: true });
const calls = (page: Page, method: string) =>
  page.evaluate((method) => window.fakeTextHost.calls.filter((call) => call.method === method).map(({ params }) => params), method); // prettier-ignore
const asked = async (page: Page) => (await calls(page, 'explain')).at(-1) as { items: Record<string, unknown>[] };
const chips = (page: Page) => page.locator('.text-tokens .word-text').allTextContents();
const saved = (page: Page) => page.evaluate(() => window.savedState as { request: { items: Record<string, unknown>[] }; view: Record<string, Record<string, unknown>> }); // prettier-ignore
const calledTimes = (page: Page, method: string, times: number) =>
  page.waitForFunction(([method, times]) => window.fakeTextHost.calls.filter((c) => c.method === method).length >= times, [method, times] as const); // prettier-ignore

test('the header has the text, its place, tokens, target, model and time; the place leads to the document', async () => {
  const page = await browser.open({ state: 'fox' });
  assert.equal(await field(page).inputValue(), text);
  const header = await page.locator('header').innerText();
  assert.match(header, /notes\.md · line 3\s+12 tokens\s+target/);
  assert.match(header, /minilm\s*· \d+ ms/);
  await page.getByRole('button', { name: 'notes.md · line 3' }).click();
  await calledTimes(page, 'act', 1);
  assert.deepEqual(await calls(page, 'act'), [{ action: 'reveal-source' }]);
});

test('a text that needs a second line in a narrower panel has it', async () => {
  const page = await browser.open({ state: 'fox', width: 1200 });
  const height = () => field(page).evaluate((element) => [element.clientHeight, element.scrollHeight] as const);
  const [one] = await height();
  await page.setViewportSize({ width: 250, height: 800 });
  await page.waitForFunction((one) => document.querySelector('textarea')!.clientHeight > 1.5 * one, one);
  const [shown, whole] = await height();
  assert.ok(shown >= whole - 1, `${shown} of ${whole}`);
});

test('typing updates every view at once, one question at a time, and the text is tied to its document no more', async () => {
  const page = await browser.open({ state: 'fox' });
  await page.evaluate(() => (window.fakeTextHost.delays.explain = 80));
  await field(page).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' Slowly', { delay: 10 });
  await page.waitForFunction(() => window.fakeTextHost.state()!.items[0]!.explained.texts[0]!.endsWith(' Slowly'));
  await page.locator('.text-tokens .word-text', { hasText: 'slowly' }).waitFor();
  const times = (await calls(page, 'explain')).length;
  assert.ok(times >= 2 && times < 7, `${times} questions for 7 letters`);
  assert.equal(await field(page).inputValue(), `${text} Slowly`);
  assert.equal(await page.getByText('notes.md · line 3').count(), 0);
  assert.deepEqual((await saved(page)).request.items[0]!['sources'], [null]);
  assert.ok((await page.locator('.heads .token-text').allTextContents()).includes('slowly'));
});

const headCalls = async (page: Page) => (await calls(page, 'heads')) as { layer: number; exact: number[] | null }[];
const looked = async (page: Page) => ((await calls(page, 'explain')).at(-1) as { looked: unknown[] }).looked;

test('the heads that one looks at come with the text', async () => {
  const page = await browser.open({ state: 'fox' });
  await page.locator('.heads canvas').first().waitFor();
  const before = (await headCalls(page)).length;
  await field(page).click();
  await page.keyboard.press('End');
  await page.keyboard.type('!');
  await page.locator('.heads-body[aria-busy=false] .token-text', { hasText: '!' }).first().waitFor();
  assert.deepEqual(await looked(page), [{ item: 0, group: 0, layer: 5, gradient: false, exact: null }]);
  assert.ok((await headCalls(page)).slice(before).every(({ layer }) => layer !== 5));
  // It fails with its text: what was shown stays as it was.
  await page.evaluate(() => (window.fakeTextHost.failures.explain = 'The engine is busy.'));
  await page.keyboard.type('?');
  await page.getByText('The engine is busy.').waitFor();
  await page.locator('.heads-body[aria-busy=false] .token-text', { hasText: '!' }).first().waitFor();
});

test('of a longer text come the numbers that are shown, and the looks of the other heads; the rest when typing rests', async () => {
  const page = await browser.open({ state: 'medium', height: 2400 });
  await page.locator('.heads canvas').first().waitFor();
  await page.waitForTimeout(600);
  await page.locator('.enlarged summary').click();
  const before = (await headCalls(page)).length;
  const type = async (letter: string) => {
    await page.keyboard.press('End');
    await page.keyboard.type(letter);
    await page.locator('.heads-body[aria-busy=false] .token-text', { hasText: letter }).first().waitFor();
  };
  const numbers = () => page.locator('.enlarged table').innerText();
  const tile = (head: number) =>
    page.locator('.layer-pane canvas').nth(head).evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      return [...(canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height).data];
    }); // prettier-ignore
  const atRest = async () => {
    await page.waitForFunction((from) => window.fakeTextHost.calls.filter(({ method, params }) => method === 'heads' && (params as { exact: unknown }).exact === null).length > from, before); // prettier-ignore
    await page.evaluate(() => window.fakeTextHost.running.heads);
    await page.waitForTimeout(100);
  };

  await page.evaluate(() => (window.fakeTextHost.delays.heads = 2000));
  await field(page).click();
  await type('!');
  assert.deepEqual(await looked(page), [{ item: 0, group: 0, layer: 5, gradient: false, exact: [0] }]);
  const [shown, picture] = [await numbers(), await tile(7)];
  await atRest();
  assert.deepEqual((await headCalls(page))[before], { item: 0, group: 0, layer: 5, gradient: false, exact: null });
  assert.equal(await numbers(), shown);
  const off = (await tile(7)).map((channel, i) => Math.abs(channel - picture[i]!));
  assert.ok(Math.max(...off) <= 6, `a channel is ${Math.max(...off)} off`);

  // Another head before that: its numbers are asked for.
  await type('?');
  const now = (await headCalls(page)).length;
  await page.locator('.layer-pane canvas').nth(3).click();
  await page.locator('.heads-body[aria-busy=true]').waitFor();
  await page.locator('.heads-body[aria-busy=false]').waitFor();
  assert.deepEqual((await headCalls(page))[now]!.exact, [3]);
});

test('without live nothing is asked until Enter; Escape takes back; Shift+Enter begins a line', async () => {
  const page = await browser.open({ state: 'fox' });
  await page.getByRole('checkbox', { name: 'live' }).click();
  await field(page).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' Run');
  await page.keyboard.press('Escape');
  assert.equal(await field(page).inputValue(), text);
  assert.equal((await calls(page, 'explain')).length, 0);
  await field(page).click();
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('Run');
  await page.keyboard.press('Enter');
  await calledTimes(page, 'explain', 1);
  assert.equal((await asked(page)).items[0]!['text'], `${text}\nRun`);
});

test('Escape undoes what live typing has asked for', async () => {
  const page = await browser.open({ state: 'fox' });
  await field(page).click();
  await page.keyboard.press('End');
  await page.keyboard.type('x');
  await calledTimes(page, 'explain', 1);
  await page.keyboard.press('Escape');
  await calledTimes(page, 'explain', 2);
  assert.equal((await asked(page)).items[0]!['text'], text);
});

test('an empty text is not asked for, and comes back when the field is left', async () => {
  const page = await browser.open({ state: 'fox' });
  await field(page).fill('');
  await page.keyboard.press('Tab');
  assert.equal(await field(page).inputValue(), text);
  assert.equal((await calls(page, 'explain')).length, 0);
});

test('what was typed stays in its field where it could not be explained, beside a sentence', async () => {
  const page = await browser.open({ state: 'fox' });
  await page.evaluate(() => (window.fakeTextHost.failures.explain = 'The engine said no. Try again.'));
  await field(page).fill('Something else');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('The engine said no.').waitFor();
  assert.equal(await field(page).inputValue(), 'Something else');
  assert.ok((await chips(page)).includes('fox'), 'the last views stay');
});

test('a second text is added, edited, and goes away when it is emptied', async () => {
  const page = await browser.open({ state: 'fox' });
  await page.getByRole('button', { name: 'add second text' }).click();
  const second = page.getByRole('textbox', { name: 'second text' });
  assert.ok(await second.evaluate((element) => element === document.activeElement));
  await page.keyboard.type('A cat sleeps.');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => window.fakeTextHost.state()!.items[0]!.explained.texts.length === 2);
  await page.locator('.text-tokens .word-text', { hasText: 'sleeps' }).waitFor();
  await page.getByRole('radio', { name: 'A → B' }).waitFor();
  await second.fill('');
  await second.press('Enter');
  await page.waitForFunction(() => window.fakeTextHost.state()!.items[0]!.explained.texts.length === 1);
  assert.equal(await second.count(), 0);
});

test('targets that the model offers, and any other by name; a wrong one is a sentence', async () => {
  const page = await browser.open({ state: 'made-fox' });
  const choose = async (label: string) => {
    await page.locator('.target vscode-dropdown').click();
    await page.locator('.target vscode-option', { hasText: label }).click();
  };
  await choose('last_hidden_state of [CLS]');
  await calledTimes(page, 'explain', 1);
  assert.equal((await asked(page)).items[0]!['target'], 'last_hidden_state[0,0]');
  await choose('another…');
  const free = page.getByRole('textbox', { name: /^Target: NAME/ });
  await free.fill('last_hidden_state[0,2]');
  await free.press('Enter');
  await calledTimes(page, 'explain', 2);
  assert.equal((await asked(page)).items[0]!['target'], 'last_hidden_state[0,2]');
  await choose('another…');
  await page.getByRole('textbox', { name: /^Target: NAME/ }).press('Escape');
  assert.equal((await calls(page, 'explain')).length, 2);
});

test('two texts are compared side by side on shared scales; the second starts as the first, and either can be left out', async () => {
  const page = await browser.open({ state: 'fox', width: 1400 });
  await page.getByRole('button', { name: 'another text' }).click();
  await calledTimes(page, 'explain', 1);
  assert.equal((await asked(page)).items.length, 2);
  const second = page.getByRole('textbox', { name: 'Second item: text' });
  await second.fill('The quick brown fox jumps over the sleeping dog.');
  await page.locator('.saliency-columns').nth(1).getByText('sleeping').waitFor();
  const ticks = await page.locator('.token-plot').evaluateAll(
    (plots) =>
    plots.map((plot) => [...plot.querySelectorAll('.plot-tick')].map((tick) => `${tick.textContent} ${tick.getAttribute('y')}`)), // prettier-ignore
  );
  assert.deepEqual(ticks[0], ticks[1]);
  assert.equal(await page.locator('.state-lines').count(), 2);
  assert.equal(await page.locator('.enlarged').count(), 2);
  await page.getByRole('button', { name: 'Leave the second one out' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.text-field').length === 1);
  assert.deepEqual(await calls(page, 'act'), [{ action: 'stop-comparing' }]);
  assert.equal(await field(page).inputValue(), text);
});

test('the first one left out leaves the second', async () => {
  const page = await browser.open({ state: 'compare', width: 1400 });
  await page.getByRole('button', { name: 'Leave the first one out' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.text-field').length === 1);
  assert.match(await field(page).inputValue(), /sleeping/);
});

test('another model is the extension’s to ask for', async () => {
  const page = await browser.open({ state: 'fox' });
  await page.getByRole('button', { name: 'another model' }).click();
  await calledTimes(page, 'act', 1);
  assert.deepEqual(await calls(page, 'act'), [{ action: 'compare-model' }]);
});

for (const state of ['none+working', 'none+failed', 'fox+failed', 'fox+gone', 'fox+changed', 'fox+cancelled'])
  test(`${state}: what goes on is said, with a way out`, async () => {
    const page = await browser.open({ state });
    const said = state.endsWith('working')
      ? page.getByText('Running the model…').first()
      : page.locator('.message').first();
    await said.waitFor();
    assert.ok((await page.getByRole('button').count()) > 0);
    assert.equal(await page.locator('main').count(), state.startsWith('none') ? 0 : 1);
    assert.doesNotMatch(await page.locator('body').innerText(), /image/i);
  });

test('a text that was cut says so', async () => {
  const page = await browser.open({ state: 'long' });
  assert.match(await page.locator('.ask').innerText(), /the first 512 of \d+ tokens are read/);
});

test('keys move tokens, heads and layers wherever the focus is, but not while one types', async () => {
  const page = await browser.open({ state: 'fox' });
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowUp', '[', 's', 'w', 'l'])
    await page.keyboard.press(key);
  const { view } = await saved(page);
  assert.deepEqual(view['chosen'], { item: 0, sequence: 0, token: 2 });
  assert.deepEqual([view['head'], view['layer'], view['live']], [1, 4, false]);
  assert.equal(view['saliency']!['method'], 'grad-x-input');
  assert.equal(view['heads']!['units'], 'words');
  await eventually(() => page.evaluate(() => window.fakeTextHost.cursors.at(-1)), {
    item: 0,
    group: 0,
    layer: 4,
    head: 1,
  });
  await page.keyboard.press('t');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.type('s');
  const { view: after } = await saved(page);
  assert.deepEqual(after['chosen'], view['chosen']);
  assert.equal(after['saliency']!['method'], 'grad-x-input');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).getByText('next method of saliency').waitFor();
});

test('a head that the side panel chose is shown', async () => {
  const page = await browser.open({ state: 'fox' });
  await page.evaluate(() => window.fakeTextHost.emit('head', { group: 0, layer: 2, head: 7 }));
  await page
    .getByText(/layer 2 · head 7/i)
    .first()
    .waitFor();
});

test('a panel that was hidden or reloaded comes back as it was; what another version kept does no harm', async () => {
  const page = await browser.open({ state: 'fox' });
  for (const key of ['ArrowRight', 's', 'ArrowDown', '[']) await page.keyboard.press(key);
  await page.getByRole('radio', { name: 'map' }).click();
  const kept = await saved(page);
  await browser.open({ state: 'fox', saved: kept });
  assert.deepEqual(await saved(page), kept);
  for (const other of [
    7,
    { version: 0 },
    { ...kept, view: { chosen: { item: 9, sequence: 4, token: 77 }, layer: -2, saliency: 5 } },
  ]) {
    await browser.open({ state: 'fox', saved: other });
    assert.equal(await page.locator('.text-tokens .word').count(), 12);
  }
});

test('files: by the extension, the table of tokens, and every view as a vector that a parser reads', async () => {
  const page = await browser.open({ state: 'fox' });
  const choose = async (name: string | RegExp) => {
    await page.keyboard.press('e');
    await page.getByRole('menuitem', { name }).click();
  };
  await choose(/^Everything/);
  await choose(/^Table of the tokens/);
  await calledTimes(page, 'save', 1);
  assert.deepEqual(await calls(page, 'export'), [{ format: 'json', item: 0, method: 'l2' }]);
  const [table] = (await calls(page, 'save')) as { name: string; text: string }[];
  assert.match(table!.name, /^The quick brown fox.*\.csv$/);
  assert.equal(table!.text.trim().split('\r\n').length, 13);
  const views = [/^Text by L2 norm/, /^Plot of L2 norm/, /^Hidden states/];
  for (const view of views) await choose(view);
  await calledTimes(page, 'save', 1 + views.length);
  const files = ((await calls(page, 'save')) as { name: string; text: string }[]).slice(1);
  for (const { text: svg } of files) {
    const [error, texts, painted] = await page.evaluate((svg) => {
      const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
      const paths = [...document.querySelectorAll('path, rect, circle')];
      return [document.querySelector('parsererror') !== null, document.documentElement.textContent ?? '', paths.some((p) => /rgb|#/.test(p.getAttribute('stroke') ?? p.getAttribute('fill') ?? ''))] as const; // prettier-ignore
    }, svg);
    assert.equal(error, false);
    assert.match(texts, /CLS/);
    assert.equal(painted, true);
    assert.doesNotMatch(svg, /var\(|class=/);
  }
});
