import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { seriousFindings } from './support/axe';
import { openBrowser, type PanelBrowser } from './support/browser';
import { textPanel } from './support/text-panel';
import { hostileText } from './support/text-states';
import { themeNames } from './support/themes';

/** Saliency and hidden states: numbers, plots, methods; and the chosen token, which every view shows. */
let browser: PanelBrowser;
before(async () => {
  browser = await openBrowser(textPanel);
});
after(() => browser.close());
afterEach(() => assert.deepEqual(browser.faults, []));

const chips = (page: Page) =>
  page
    .locator('.text-tokens')
    .first()
    .locator('.word')
    .evaluateAll((all) => all.map((e) => [e.querySelector('.word-text')!.textContent, e.querySelector('.word-value')!.textContent])); // prettier-ignore
const method = (page: Page, name: string) => page.getByRole('radio', { name, exact: true }).first().click();
const option = (page: Page, index: number) => page.locator('.saliency').getByRole('option').nth(index);
const lights = (page: Page) => page.evaluate(() => window.fakeTextHost.lights.at(-1));
/** What a token is lit by, in every view. */
const lit = (page: Page) =>
  page.evaluate(() => ({
    chips: [...document.querySelectorAll('.text-tokens .word.lit .word-text')].map((e) => e.textContent),
    plot: document.querySelectorAll('.token-plot .plot-lit').length,
    states: document.querySelectorAll('.state-lines .state-lit, .state-lines .state-line').length,
    tip: document.querySelector('.token-plot .plot-tip')?.textContent ?? null,
    heads: [...document.querySelectorAll('.token-column.query .token[aria-selected=true] .token-text')].map((e) => e.textContent),
  })); // prettier-ignore
const settled = (page: Page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

test('the tutorial’s sentence with the bundled model: L2 norms as PyTorch has them', async () => {
  const page = await browser.open({ state: 'fox' });
  assert.deepEqual(await chips(page), [
    ['[CLS]', '24.5'],
    ['the', '40.8'],
    ['quick', '36.7'],
    ['brown', '57.5'],
    ['fox', '63.9'],
    ['jumps', '73.9'],
    ['over', '35.4'],
    ['the', '29.9'],
    ['lazy', '64.6'],
    ['dog', '38.6'],
    ['.', '27.5'],
    ['[SEP]', '26.0'],
  ]);
  const strengths = await page.locator('.text-tokens .word-shade').evaluateAll((all) => all.map((e) => Number((e as HTMLElement).style.getPropertyValue('--strength')))); // prettier-ignore
  assert.equal(strengths.indexOf(1), 5);
  assert.ok(Math.abs(strengths[0]! - 24.5 / 73.9) < 0.01);
});

test('the mean of the gradient is not plotted where it is zero by construction, but said to be', async () => {
  const page = await browser.open({ state: 'fox' });
  await method(page, 'mean gradient');
  await page.getByText(/zero here by construction: a LayerNorm/).waitFor();
  assert.equal(await page.locator('.token-plot').count(), 0);
  await page.getByRole('button', { name: 'Show the L2 norm' }).click();
  await page.locator('.token-plot').waitFor();
});

test('a mean that is not noise is plotted, with both signs', async () => {
  const page = await browser.open({ state: 'signed' });
  await method(page, 'mean gradient');
  assert.equal(await page.getByText(/zero here by construction/).count(), 0);
  const signs = (await chips(page)).map(([, value]) => value!.startsWith('−'));
  assert.ok(signs.includes(true) && signs.includes(false));
  assert.equal(await page.locator('.token-plot .plot-zero').count(), 1);
  assert.equal(await page.locator('.text-tokens .word-shade.minus').count(), signs.filter(Boolean).length);
});

test('integrated gradients are fetched when somebody wants them, with steps and completeness error', async () => {
  const page = await browser.open({ state: 'fox' });
  const asked = () => page.evaluate(() => window.fakeTextHost.calls.filter((call) => call.method === 'integrated').length); // prettier-ignore
  assert.equal(await asked(), 0);
  await method(page, 'integrated gradients');
  await page.getByText(/\d+ steps\. The target goes from .*completeness error/).waitFor();
  assert.equal(await asked(), 1);
  assert.ok((await chips(page)).every(([, value]) => /\d/.test(value!)));
  // Another text: asked for again, after a pause.
  await page.getByRole('textbox', { name: 'text', exact: true }).fill('Another text.');
  await page.waitForFunction(() => window.fakeTextHost.calls.filter((call) => call.method === 'integrated').length === 2); // prettier-ignore
});

test('integrated gradients that failed are a sentence and can be asked for again', async () => {
  const page = await browser.open({ state: 'fox' });
  await page.evaluate(
    () => (window.fakeTextHost.failures.integrated = 'This graph has no free embedding. Use another method.'),
  );
  await method(page, 'integrated gradients');
  await page.getByText('This graph has no free embedding.').waitFor();
  await page.evaluate(() => delete window.fakeTextHost.failures.integrated);
  await page.getByRole('button', { name: 'Compute integrated gradients again' }).click();
  await page.getByText(/steps\. The target goes/).waitFor();
});

test('relevance and rollout stand side by side; layers and the token that is read change both', async () => {
  const page = await browser.open({ state: 'fox', width: 1400 });
  const asked = () =>
    page.evaluate(() => window.fakeTextHost.calls.filter((call) => call.method === 'averages').length);
  assert.equal(await asked(), 0, 'what only they need is not sent before');
  await method(page, 'relevance');
  assert.equal(await asked(), 1);
  const columns = page.locator('.saliency-column');
  assert.deepEqual(await columns.locator('h3').allTextContents(), ['relevance', 'rollout']);
  const values = () => columns.evaluateAll((all) => all.map((c) => [...c.querySelectorAll('.word-value')].map((v) => v.textContent))); // prettier-ignore
  const all = await values();
  await page.getByRole('slider', { name: 'First layer of the model' }).focus();
  await page.keyboard.press('End');
  await settled(page);
  const last = await values();
  assert.notDeepEqual(last[0], all[0]);
  assert.notDeepEqual(last[1], all[1]);
  await page.getByText('layer 5, the last').waitFor();
  await option(page, 5).click();
  await page.getByRole('radio', { name: /the chosen token/ }).click();
  await settled(page);
  assert.notDeepEqual(await values(), last);
});

test('words and hidden special tokens count for saliency, hidden states and heads alike', async () => {
  const page = await browser.open({ state: 'fox' });
  await page.locator('.saliency').getByRole('button', { name: 'special tokens' }).click();
  await page.locator('.saliency').getByRole('radio', { name: 'words' }).click();
  const shown = await chips(page);
  assert.deepEqual([shown.length, shown.at(-1)![0]], [9, 'dog.']);
  assert.equal(shown.at(-1)![1], Math.hypot(38.6, 27.5).toFixed(1));
  assert.equal(await page.locator('.token-column.query .token').count(), 9);
});

test('bars, and a table with the same numbers', async () => {
  const page = await browser.open({ state: 'fox' });
  await page.getByRole('radio', { name: 'bars' }).click();
  assert.equal(await page.locator('.token-plot .plot-line').count(), 0);
  assert.ok(((await page.locator('.token-plot .plot-bar').first().getAttribute('d')) ?? '').split('M').length === 13);
  await page.locator('.saliency summary').click();
  const table = page.getByRole('region', { name: 'Numbers of the tokens' });
  await table.waitFor();
  assert.equal(await table.locator('tbody tr').count(), 12);
  assert.equal(await table.locator('tbody tr', { hasText: 'jumps' }).locator('td').innerText(), '73.9');
});

test('a token is chosen by a click anywhere, and shown everywhere; again, and the default is back', async () => {
  const page = await browser.open({ state: 'fox' });
  assert.equal(await option(page, 0).getAttribute('aria-selected'), 'true');
  await option(page, 4).click();
  const chosen = async () => [
    await page.locator('.text-tokens .word.chosen .word-text').innerText(),
    await page.locator('.state-line text').textContent(),
  ];
  assert.deepEqual(await chosen(), ['fox', 'fox']);
  // On the plot: the last position.
  const plot = (await page.locator('.token-plot').boundingBox())!;
  await page.mouse.click(plot.x + plot.width - 20, plot.y + 60);
  assert.deepEqual(await chosen(), ['[SEP]', '[SEP]']);
  await option(page, 11).click();
  assert.deepEqual(await chosen(), ['[CLS]', '[CLS]']);
  await page.locator('.token-column.query .token').nth(3).click();
  assert.deepEqual(await chosen(), ['brown', 'brown']);
});

test('hovering a token lights it in every view and in the document; leaving puts it out', async () => {
  const page = await browser.open({ state: 'fox', width: 1400 });
  await option(page, 4).hover();
  await settled(page);
  assert.deepEqual(await lit(page), { chips: ['fox'], plot: 1, states: 2, tip: 'fox 63.9', heads: ['fox'] });
  await page.waitForFunction(() => window.fakeTextHost.lights.length > 0);
  assert.deepEqual(await lights(page), { item: 0, sequence: 0, tokens: [4] });
  await page.mouse.move(5, 5);
  await page.waitForFunction(() => window.fakeTextHost.lights.at(-1)?.tokens.length === 0);
  assert.deepEqual((await lit(page)).chips, []);
});

test('hovering in the matrix lights both of its tokens in the saliency', async () => {
  const page = await browser.open({ state: 'fox', width: 1400 });
  const plot = page.locator('.matrix-plot').first();
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  await page.mouse.move(box.x + (9.5 * box.width) / 12, box.y + (4.5 * box.height) / 12);
  await settled(page);
  assert.deepEqual((await lit(page)).chips, ['fox', 'dog']);
});

test('the caret in the document lights its tokens here, and the panel’s own pointer comes first', async () => {
  const page = await browser.open({ state: 'fox', width: 1400 });
  await page.evaluate(() => window.fakeTextHost.emit('lit', { item: 0, sequence: 0, tokens: [8] }));
  await page.locator('.text-tokens .word.lit').waitFor();
  assert.deepEqual((await lit(page)).chips, ['lazy']);
  assert.equal(await page.evaluate(() => window.fakeTextHost.lights.length), 0, 'no echo');
  await option(page, 4).hover();
  await settled(page);
  assert.deepEqual((await lit(page)).chips, ['fox']);
  await page.mouse.move(5, 5);
  await settled(page);
  assert.deepEqual((await lit(page)).chips, ['lazy']);
  await page.evaluate(() => window.fakeTextHost.emit('lit', { item: 0, sequence: 0, tokens: [] }));
  await page.waitForFunction(() => document.querySelectorAll('.text-tokens .word.lit').length === 0);
});

test('in a comparison a token faces what stands in its place', async () => {
  const page = await browser.open({ state: 'compare', width: 1400 });
  await option(page, 8).click();
  assert.deepEqual(await page.locator('.text-tokens .word.chosen .word-text').allTextContents(), ['lazy', 'sleeping']);
  await option(page, 9).hover();
  await settled(page);
  assert.deepEqual((await lit(page)).chips, ['dog', 'dog']);
});

test('the chosen token follows the words around it through an edit', async () => {
  const page = await browser.open({ state: 'made-fox' });
  await option(page, 8).click();
  await page
    .getByRole('textbox', { name: 'text', exact: true })
    .fill('The very quick brown fox jumps over the lazy dog.');
  await page.locator('.text-tokens .word-text', { hasText: 'very' }).waitFor();
  assert.equal(await page.locator('.text-tokens .word.chosen .word-text').innerText(), 'lazy');
});

test('arrow keys within the shaded text choose, the other way round where it runs from right to left', async () => {
  const page = await browser.open({ state: 'hebrew' });
  assert.equal(await page.locator('.text-tokens').getAttribute('dir'), 'rtl');
  assert.equal(await page.locator('.text-field').getAttribute('dir'), 'rtl');
  await option(page, 0).focus();
  await page.keyboard.press('ArrowLeft');
  assert.equal(await option(page, 1).getAttribute('aria-selected'), 'true');
  // The plot stays by position: the first token is left.
  const [first, second] = await page.locator('.token-plot .plot-name').evaluateAll((all) => all.map((e) => e.getBoundingClientRect().left)); // prettier-ignore
  assert.ok(first! < second!);
  await browser.open({ state: 'fox' });
  await option(page, 0).focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await option(page, 1).getAttribute('aria-selected'), 'true');
});

test('hidden states: the chosen token over all others, its norm, its cosines, and a map', async () => {
  const page = await browser.open({ state: 'fox', width: 1400 });
  await option(page, 4).click();
  const section = page.locator('.hidden-states');
  assert.equal((await section.locator('.state-others').getAttribute('d'))!.split('M').length - 1, 12);
  assert.deepEqual(await section.locator('.plot-state').allTextContents(), ['emb', '0', '1', '2', '3', '4', '5']);
  await section.getByRole('radio', { name: 'cosine to neighbours' }).click();
  assert.deepEqual(await section.locator('.state-line text').allTextContents(), ['fox · jumps', 'brown · fox']);
  await section.getByRole('radio', { name: 'norm' }).click();
  assert.equal(await section.locator('.state-line').count(), 1);
  await section.locator('summary').click();
  await section.getByRole('region', { name: 'Numbers of the hidden states' }).waitFor();
  assert.equal(await section.locator('tbody tr').count(), 12);
  assert.equal(await section.locator('tbody tr').first().locator('td').count(), 7);
  await section.getByRole('radio', { name: 'map' }).click();
  const map = section.locator('.state-map');
  const box = (await map.boundingBox())!;
  await page.mouse.move(box.x + 36, box.y + 22 * 3 + 5);
  await settled(page);
  assert.match((await map.locator('.plot-tip').innerText()) ?? '', /\[CLS\] · layer 2\s+\d/);
  assert.equal(await map.locator('canvas').evaluate((c) => `${(c as HTMLCanvasElement).width} × ${(c as HTMLCanvasElement).height}`), '12 × 7'); // prettier-ignore
});

test('an encoder and its decoder: both sequences, relevance from the decoder down to the encoder', async () => {
  const page = await browser.open({ state: 'translation', width: 1400 });
  assert.equal(await page.locator('.text-tokens').count(), 2);
  await method(page, 'relevance');
  assert.equal(await page.locator('.saliency-column').first().locator('.text-tokens').count(), 2);
  await page.getByRole('radio', { name: 'cross', exact: true }).click();
  assert.match(await page.locator('.enlarged h2').innerText(), /7 × 13/);
  // A token of the encoder: nothing of the decoder flows to it.
  await option(page, 2).click();
  await page.getByRole('radio', { name: /the chosen token/ }).click();
  await page
    .getByText(/Nothing flows from these tokens/)
    .first()
    .waitFor();
});

test('hostile texts are text', async () => {
  const page = await browser.open({ state: 'hostile' });
  assert.equal(await page.evaluate(() => 'hacked' in window), false);
  assert.equal(await page.locator('.text-field').inputValue(), hostileText);
  assert.equal(await page.locator('main img, main script').count(), 0);
  const shown = await page.locator('.text-tokens .word-text').allTextContents();
  assert.ok(
    shown.every((token) => token.trim() !== '' && !/[\u202e\u200f]/.test(token)),
    JSON.stringify(shown),
  );
});

for (const theme of themeNames)
  test(`no serious accessibility findings in ${theme}`, async () => {
    const page = await browser.open({ state: 'fox', theme, width: 1200 });
    const parts = ['header', '.saliency', '.hidden-states', '.notes'];
    for (const part of parts) assert.deepEqual(await seriousFindings(page, part), [], part);
    await method(page, 'relevance');
    await page.getByRole('radio', { name: 'map' }).click();
    for (const summary of await page.locator('.section-foot summary').all()) await summary.click();
    for (const part of parts) assert.deepEqual(await seriousFindings(page, part), [], `${part} with relevance and map`);
    await browser.open({ state: 'compare', theme, width: 1200 });
    await method(page, 'mean gradient');
    for (const part of parts) assert.deepEqual(await seriousFindings(page, part), [], `${part} compared`);
  });

test('nothing scrolls sideways at 350 px, whatever the text is', async () => {
  for (const state of [
    'fox',
    'pair',
    'compare',
    'hostile',
    'long',
    'languages',
    'translation',
    'fox+failed',
    'fox+working',
  ]) {
    const page = await browser.open({ state, width: 350 });
    for (const part of ['header', '.saliency', '.hidden-states', '.notes'])
      for (const [over, right] of await page
        .locator(part)
        .evaluateAll((all) => all.map((e) => [e.scrollWidth - e.clientWidth, e.getBoundingClientRect().right])))
        assert.ok(over! <= 1 && right! <= 350, `${state} ${part}: ${over} ${right}`);
  }
});

test('in forced colours the plots stay visible', async () => {
  const page = await browser.open({ state: 'fox', forcedColors: true });
  const stroke = await page.locator('.plot-line').evaluate((e) => getComputedStyle(e).stroke);
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.notEqual(stroke, ground);
  assert.notEqual(stroke, 'none');
});
