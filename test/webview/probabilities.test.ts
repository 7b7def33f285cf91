import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser, type PanelBrowser } from './support/browser';

let browser: PanelBrowser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());
afterEach(() => assert.deepEqual(browser.faults, []));

const rows = (page: Page) => page.locator('.prompt-row');
const texts = (page: Page) => page.locator('.prompt-row .prompt-text').allTextContents();
const target = (page: Page) => page.locator('.prompt-row.chosen .prompt-text').textContent();
const asked = (page: Page) =>
  page.evaluate(() =>
    window.fakeHost.calls
      .filter(({ method }) => method === 'explain')
      .map(({ params }) => (params as { prompts: string[] }).prompts),
  );
const view = (page: Page) => page.evaluate(() => (window.savedState as { view: Record<string, unknown> }).view);
const add = (page: Page) => page.getByRole('combobox', { name: 'Add a prompt' });

test('the table says each prompt with its logit and probability, as they were recorded', async () => {
  const page = await browser.open({ state: 'space' });
  assert.deepEqual(
    (await rows(page).allInnerTexts()).map((row) => row.split(/\s*[\n\t]+\s*/).filter(Boolean)),
    [
      ['a bald man', '10.35', '0.3 %'],
      ['a rocket in space', '16.02', '99.4 %'],
      ['a ringed planet', '10.14', '0.3 %'],
      ['a cow', '3.49', '< 0.1 %'],
    ],
  );
});

test('a row is a radio button: a click or an arrow key moves the target of the whole panel, and the host hears of it', async () => {
  const page = await browser.open({ state: 'space' });
  await rows(page).nth(1).locator('.percent').click();
  assert.equal(await target(page), 'a rocket in space');
  await page.waitForFunction(() => window.fakeHost.cursors.at(-1)?.prompt === 1);
  await page.getByRole('radio', { name: 'a rocket in space' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.equal(await target(page), 'a cow');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-prompt')), '3');
  assert.deepEqual(await page.locator('.word-text').allTextContents(), ['a', 'cow']);
});

test('the arrow keys move the target wherever the focus is, in the order of the table', async () => {
  const page = await browser.open({ state: 'space' });
  await page
    .getByRole('button', { name: 'Sort by probability' })
    .or(page.locator('.sort', { hasText: 'probability' }))
    .first()
    .click();
  assert.deepEqual(await texts(page), ['a rocket in space', 'a bald man', 'a ringed planet', 'a cow']);
  await page.locator('h1').click();
  await page.keyboard.press('ArrowDown');
  assert.equal(await target(page), 'a ringed planet');
});

test('headings sort, say so, and go back to the given order', async () => {
  const page = await browser.open({ state: 'space' });
  const heading = page.locator('th', { has: page.locator('.sort', { hasText: 'logit' }) });
  for (const [order, first] of [
    ['descending', 'a rocket in space'],
    ['ascending', 'a cow'],
    ['none', 'a bald man'],
  ]) {
    await heading.locator('button').click();
    assert.equal(await heading.getAttribute('aria-sort'), order);
    assert.equal((await texts(page))[0], first);
  }
  assert.equal(await target(page), 'a bald man');
});

test('F2 edits in place, Enter asks once and the target is what was written', async () => {
  const page = await browser.open({ state: 'space' });
  await page.getByRole('radio', { name: 'a ringed planet' }).focus();
  await page.keyboard.press('F2');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('a comet');
  assert.deepEqual(await asked(page), []);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('.prompt-row.chosen')?.textContent?.includes('a comet'));
  assert.deepEqual(await asked(page), [['a bald man', 'a rocket in space', 'a comet', 'a cow']]);
  await page.waitForFunction(() => document.activeElement?.getAttribute('data-place') === '2');
  // Keys of the panel work again, and did not while one typed the letters o, e and s.
  assert.equal(((await view(page)).overlay as { on: boolean }).on, true);
});

test('Escape undoes an edit, and nothing was asked', async () => {
  const page = await browser.open({ state: 'space' });
  await rows(page).nth(3).dblclick();
  await page.keyboard.type('nonsense');
  await page.keyboard.press('Escape');
  assert.deepEqual(await texts(page), ['a bald man', 'a rocket in space', 'a ringed planet', 'a cow']);
  assert.deepEqual(await asked(page), []);
});

test('duplicates, nothing and too much are said at the field, which stays', async () => {
  const page = await browser.open({ state: 'space' });
  await page.getByRole('radio', { name: 'a cow' }).focus();
  await page.keyboard.press('Enter');
  const field = page.getByRole('combobox', { name: 'Prompt 3' });
  for (const [text, message] of [
    ['A rocket  in SPACE', /is there already/],
    ['   ', /needs a word/],
    ['x'.repeat(2500), /2500 characters/],
  ] as const) {
    await field.fill(text);
    await page.keyboard.press('Enter');
    assert.match((await page.getByRole('alert').textContent()) ?? '', message);
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
  }
  assert.deepEqual(await asked(page), []);
});

test('prompts are added below, several at once with a semicolon', async () => {
  const page = await browser.open({ state: 'space' });
  await add(page).click();
  await page.keyboard.type('a comet; a man; ');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('.prompt-row.chosen')?.textContent?.includes('a comet'));
  assert.deepEqual(await asked(page), [
    ['a bald man', 'a rocket in space', 'a ringed planet', 'a cow', 'a comet', 'a man'],
  ]);
  assert.equal(await add(page).inputValue(), '');
});

test('Delete removes a prompt and the target stays where it was; the last prompt stays', async () => {
  const page = await browser.open({ state: 'space' });
  await rows(page).nth(2).click();
  await page.getByRole('button', { name: /Remove .*bald man/ }).click({ force: true });
  await page.waitForFunction(() => document.querySelectorAll('.prompt-row').length === 3);
  await page.waitForFunction(() => window.fakeHost.state()?.images[0]?.explained.prompts.length === 3);
  assert.equal(await target(page), 'a ringed planet');
  await page.getByRole('radio', { name: 'a cow' }).focus();
  for (const left of [2, 1, 1]) {
    await page.keyboard.press('Delete');
    await page.waitForFunction((left) => document.querySelectorAll('.prompt-row').length === left, left);
    await page.waitForFunction(() => (document.activeElement as HTMLInputElement).type === 'radio');
  }
  assert.equal((await texts(page)).length, 1);
  assert.equal(await page.getByRole('button', { name: /^Remove/ }).isDisabled(), true);
});

test('Delete in the very moment in which an answer is drawn keeps the focus among the prompts', async () => {
  const page = await browser.open({ state: 'space' });
  await rows(page).nth(3).click();
  await page.evaluate(async () => {
    const table = document.querySelector('.prompts')!;
    // Between the drawing and its effects.
    const drawn = new MutationObserver(() => {
      drawn.disconnect();
      document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Delete', bubbles: true }));
    });
    drawn.observe(table, { subtree: true, childList: true, characterData: true });
    const state = structuredClone(window.fakeHost.state()!);
    (state.images[0]!.explained.prompts[0] as { logit: number }).logit = 12;
    await window.fakeHost.emit('state', state);
  });
  await page.waitForFunction(() => document.querySelectorAll('.prompt-row').length === 3);
  await page.waitForFunction(() => (document.activeElement as HTMLInputElement).type === 'radio');
});

test('live: the picture follows the typing after a pause, old answers are dropped, and Escape brings the prompts back', async () => {
  const page = await browser.open({ state: 'space' });
  await page.keyboard.press('l');
  await page.evaluate(() => {
    window.fakeHost.delays.explain = 120;
  });
  await page.getByRole('radio', { name: 'a cow' }).focus();
  await page.keyboard.press('F2');
  await page.keyboard.press('End');
  for (const letter of 'boy hat') await page.keyboard.type(letter, { delay: 45 });
  await page.waitForFunction(() => document.querySelector('.words')?.textContent?.includes('hat'));
  assert.deepEqual(await page.locator('.word-text').allTextContents(), ['a', 'cowboy', 'hat']);
  const calls = await asked(page);
  assert.ok(calls.length <= 4, `${calls.length} calls for seven letters`);
  assert.equal(calls.at(-1)?.[3], 'a cowboy hat');
  assert.equal(await page.getByRole('combobox', { name: 'Prompt 3' }).inputValue(), 'a cowboy hat');
  await page.keyboard.press('Escape');
  await page.waitForFunction(
    () =>
      document.querySelectorAll('.word-text').length === 3 &&
      document.querySelector('.prompt-row.chosen')?.textContent?.includes('a bald man'),
  );
  assert.deepEqual((await asked(page)).at(-1), ['a bald man', 'a rocket in space', 'a ringed planet', 'a cow']);
});

test('live is not asked for what cannot be explained', async () => {
  const page = await browser.open({ state: 'space' });
  await page.getByRole('checkbox', { name: 'live' }).click();
  await page.getByRole('radio', { name: 'a cow' }).focus();
  await page.keyboard.press('F2');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.waitForTimeout(250);
  await page.keyboard.type('a bald man');
  await page.waitForTimeout(250);
  const calls = await asked(page);
  assert.ok(
    calls.every((prompts) => new Set(prompts).size === 4 && !prompts.includes('')),
    JSON.stringify(calls),
  );
});

test('a failure keeps what was typed, its row without numbers, and the last picture', async () => {
  const page = await browser.open({ state: 'space' });
  await page.evaluate(() => {
    window.fakeHost.failures.explain = 'The engine ended.';
  });
  await add(page).fill('a comet');
  await page.keyboard.press('Enter');
  await page.evaluate(() => window.fakeHost.emit('status', { kind: 'failed', error: 'crashed', message: 'The engine ended.', actions: ['retry'] })); // prettier-ignore
  await page.getByRole('alert').waitFor();
  assert.equal((await texts(page)).at(-1), 'a comet');
  assert.match(await rows(page).last().innerText(), /…/);
  assert.equal(await rows(page).last().getByRole('radio').isDisabled(), true);
  assert.equal(await target(page), 'a bald man');
});

test('names that the model knows are offered while one types, by keyboard and with their article', async () => {
  const page = await browser.open({ state: 'space', concepts: ['octopus', 'tropical fish', 'ox'] });
  await add(page).click();
  await page.keyboard.type('a man; o');
  const options = page.getByRole('listbox', { name: 'Names that the model knows' }).getByRole('option');
  assert.deepEqual(await options.allTextContents(), ['an ox', 'an octopus']);
  assert.equal(await add(page).getAttribute('aria-expanded'), 'true');
  await page.keyboard.press('ArrowDown');
  const active = await add(page).getAttribute('aria-activedescendant');
  assert.equal(await page.locator(`[id="${active}"]`).textContent(), 'an ox');
  await page.keyboard.press('Enter');
  assert.equal(await add(page).inputValue(), 'a man; an ox');
  assert.equal(await options.count(), 0);
  assert.deepEqual(await asked(page), []);
});

test('two images have one column of probabilities each, and a heading chooses the image that it sorts by', async () => {
  const page = await browser.open({ state: 'compare' });
  const columns = page.locator('.prompts th.probability');
  assert.deepEqual(await columns.locator('bdi').allTextContents(), ['space.png', 'street-portrait.png']);
  assert.equal(await rows(page).first().locator('.percent').count(), 2);
  await columns.nth(1).getByRole('button').click();
  assert.equal((await view(page)).image, 1);
  assert.equal((await texts(page))[0], 'a bicycle');
  assert.equal(await columns.nth(1).getAttribute('aria-sort'), 'descending');
});

test('a sigmoid model says that its probabilities are each their own, and what is assumed', async () => {
  const page = await browser.open({ state: 'siglip' });
  await page.getByText('they need not sum to 100').waitFor();
  await page.getByText('is assumed, since the model').waitFor();
});

test('sixty prompts scroll in their frame, headings in sight, and the chosen row comes into view', async () => {
  const page = await browser.open({ state: 'sixty-prompts' });
  const frame = page.locator('.prompts-frame');
  const { height } = (await frame.boundingBox())!;
  assert.ok(height < 470, `${height}`);
  await page.keyboard.press('ArrowUp');
  for (let i = 0; i < 40; i++) await page.keyboard.press('ArrowDown');
  const row = (await page.locator('.prompt-row.chosen').boundingBox())!;
  const box = (await frame.boundingBox())!;
  assert.ok(row.y >= box.y && row.y + row.height <= box.y + box.height + 1);
  const heading = (await page.locator('.prompts thead th').first().boundingBox())!;
  assert.ok(Math.abs(heading.y - box.y) < 2, 'headings scroll away');
});

test('numbers keep their places when they change', async () => {
  const page = await browser.open({ state: 'space' });
  const lefts = () =>
    page
      .locator('.prompt-row .percent')
      .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().right));
  const before = await lefts();
  await page.keyboard.press('ArrowDown');
  await add(page).fill('a man with a hat');
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    () => document.querySelectorAll('.prompt-row').length === 5 && !document.body.innerText.includes('…'),
  );
  assert.deepEqual((await lefts()).slice(0, 4), before);
});
