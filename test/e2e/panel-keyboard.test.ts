import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Keyboard, Locator } from 'playwright-core';
import { changed, eventually, holds } from './support/eventually';
import { ink, oneLine, type PanelPage } from './support/panel';
import { openSession, pictureOfFailures, type Session } from './support/session';
import { tabStops } from './support/tab-stops';

const prompts = ['a bald man', 'a rocket in space', 'a ringed planet', 'a cow'];

let session: Session;
let panel: PanelPage;
let keyboard: Keyboard;

before(async () => {
  session = await openSession({ height: 1000 });
  ({ panel } = session);
  ({ keyboard } = session.window.page);
  await session.window.explain('space.png', prompts.join('; '));
  await focusPanel();
});
after(() => session?.close());
pictureOfFailures(() => session);

/** To the panel's page, with nothing in it focused yet. */
async function focusPanel(): Promise<void> {
  await keyboard.press('Control+1');
  await eventually(() => panel.frame.locator('body').evaluate(() => document.hasFocus()), true);
}

/** Tabs on to an element. */
async function tabTo(to: Locator): Promise<void> {
  await to.waitFor();
  for (let i = 0; i < 80; i++) {
    if (await to.evaluate((element) => element.matches(':focus, :focus-within'))) return;
    await keyboard.press('Tab');
  }
  assert.fail('The Tab key does not lead there.');
}

test('the panel has the focus once it is open', async () => {
  await keyboard.press('ArrowDown');
  await eventually(() => panel.target(), 'a rocket in space');
  await keyboard.press('ArrowUp');
  await eventually(() => panel.target(), 'a bald man');
});

test('? lists the keys, and every key of the list does what it says', async () => {
  await keyboard.press('?');
  const help = panel.frame.getByRole('dialog', { name: 'Keys' });
  await help.waitFor();
  const listed = (await help.locator('kbd').allInnerTexts()).join(' ');
  assert.equal(listed, '↑ ↓ ← → [ ] L O S E F2 Enter Delete Esc ?');
  await keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });

  await keyboard.press('ArrowDown');
  await eventually(() => panel.target(), 'a rocket in space');
  await keyboard.press('ArrowUp');
  await eventually(() => panel.target(), 'a bald man');

  await panel.bringHeads();
  await keyboard.press('ArrowRight');
  await eventually(() => panel.headCursor(), 'head 1 of layer 5');
  await keyboard.press('ArrowLeft');
  await eventually(() => panel.headCursor(), 'head 0 of layer 5');
  await keyboard.press('[');
  await eventually(() => panel.headCursor(), 'head 0 of layer 4');
  await keyboard.press(']');
  await eventually(() => panel.headCursor(), 'head 0 of layer 5');

  const live = panel.frame.getByRole('checkbox', { name: 'live' });
  await keyboard.press('l');
  await eventually(() => live.getAttribute('aria-checked'), 'false');
  await keyboard.press('l');
  await eventually(() => live.getAttribute('aria-checked'), 'true');

  await keyboard.press('o');
  await panel.heat.waitFor({ state: 'hidden' });
  await keyboard.press('o');
  await panel.heat.waitFor();

  await keyboard.press('s');
  await eventually(() => panel.chosen(/Smooth/), 'patches');
  await keyboard.press('s');
  await eventually(() => panel.chosen(/Smooth/), 'smooth');

  await keyboard.press('e');
  await panel.frame.getByRole('menu', { name: 'Export' }).waitFor();
  await keyboard.press('ArrowDown');
  await eventually(() => focusedText(), 'Report one HTML file, offline');
  await keyboard.press('Escape');
  await panel.frame.getByRole('menu', { name: 'Export' }).waitFor({ state: 'hidden' });
});

test('prompts are edited, added and removed', async () => {
  await tabTo(panel.row('a bald man').getByRole('radio'));
  await keyboard.press('ArrowDown');
  await keyboard.press('F2');
  await panel.frame.getByRole('combobox', { name: 'Prompt 1' }).waitFor();
  await keyboard.type('a red rocket');
  await keyboard.press('Enter');
  await eventually(async () => (await panel.prompts())[1], 'a red rocket');
  await eventually(() => focusedName(), 'a red rocket');

  await keyboard.press('Enter');
  await panel.frame.getByRole('combobox', { name: 'Prompt 1' }).waitFor();
  await keyboard.type('a rocket in space');
  await keyboard.press('Enter');
  await eventually(() => panel.prompts(), prompts);

  await tabTo(panel.addField);
  await keyboard.type('a shoot');
  await panel.frame.getByRole('option', { name: 'a shooting star' }).waitFor();
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await eventually(() => panel.addField.inputValue(), 'a shooting star');
  await keyboard.press('Enter');
  await eventually(() => panel.prompts(), [...prompts, 'a shooting star']);

  await keyboard.press('Shift+Tab');
  // What was added is the target as soon as it is explained, and the focus is never on another row than that.
  await eventually(() => panel.target(), 'a shooting star');
  await eventually(() => focusedName(), 'a shooting star');
  await keyboard.press('Delete');
  await eventually(() => panel.prompts(), prompts);
  await eventually(() => panel.target(), 'a cow');
  for (let i = 0; i < 3; i++) await keyboard.press('ArrowUp');
  await eventually(() => panel.target(), 'a bald man');
  await eventually(() => focusedName(), 'a bald man');
});

test('arrow keys walk over the patches, Enter asks one, Escape leads back', async () => {
  await focusPanel();
  await tabTo(panel.picture);
  await holds(
    () => panel.legend(),
    (text) => text.includes('patch 34'),
    'The keyboard begins at the strongest patch',
  );
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowUp');
  await holds(
    () => panel.legend(),
    (text) => text.includes('patch 27 · row 3, column 3'),
    'One right and one up',
  );
  const before = await ink(panel.heat);
  await keyboard.press('Enter');
  await holds(
    () => panel.frame.locator('.asked-note').innerText(),
    (text) => text.includes('patch 27'),
    'It is asked',
  );
  await changed(() => ink(panel.heat), before);
  await keyboard.press('Escape');
  await eventually(() => ink(panel.heat), before);
});

test('arrow keys choose in groups and move sliders', async () => {
  await tabTo(panel.frame.getByRole('slider', { name: 'Opacity of the heat' }));
  const opacity = () => panel.heat.evaluate((canvas) => Number(canvas.style.opacity));
  const before = await opacity();
  await keyboard.press('ArrowLeft');
  await eventually(async () => Math.round(100 * (await opacity())), Math.round(100 * before) - 1);
  assert.equal(await panel.target(), 'a bald man', 'the panel’s own arrow keys stay out of it');

  await tabTo(panel.choice('Method', 'relevance'));
  await keyboard.press('ArrowRight');
  await eventually(() => panel.chosen('Method'), 'signed relevance');
  await keyboard.press('ArrowLeft');
  await eventually(() => panel.chosen('Method'), 'relevance');

  const group = panel.frame.getByRole('group', { name: 'Layers of the image tower' });
  await tabTo(group.getByRole('slider', { name: 'First layer' }));
  await keyboard.press('End');
  await eventually(() => group.getByRole('slider', { name: 'First layer' }).getAttribute('aria-valuenow'), '5');
  await keyboard.press('Home');
  await eventually(() => group.getByRole('slider', { name: 'First layer' }).getAttribute('aria-valuenow'), '0');
});

test('arrow keys choose a head, Enter goes into its matrix, and there from entry to entry', async () => {
  await panel.bringHeads();
  await tabTo(panel.head(0));
  await keyboard.press('ArrowRight');
  await eventually(() => panel.headCursor(), 'head 1 of layer 5');
  await keyboard.press('ArrowDown');
  await eventually(() => panel.headCursor(), 'head 4 of layer 5');
  await keyboard.press('Enter');
  await panel.heads.locator('.matrix-plot:focus').waitFor();
  await keyboard.press('Home');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowRight');
  await holds(async () => oneLine(await panel.heads.locator('.matrix-tip').innerText()), (text) => text.startsWith('r0c0 → r0c1'), 'The tip follows'); // prettier-ignore
  await keyboard.press('Enter');
  await eventually(async () => oneLine(await panel.heads.locator('.row-on-image h2').innerText()).toLowerCase(), 'row r0c0 on the image'); // prettier-ignore
  const back = panel.heads.getByRole('button', { name: 'back to CLS' });
  await back.waitFor();
  await keyboard.press('Escape');
  await back.waitFor({ state: 'detached' });
});

test('VS Code’s own keys work wherever the focus is in the panel, also while one types', async () => {
  for (const place of [
    panel.addField,
    panel.frame.getByRole('slider', { name: 'Opacity of the heat' }),
    panel.picture,
  ]) {
    await focusPanel();
    await tabTo(place);
    await keyboard.press('F1');
    await session.window.quickInput.waitFor();
    await session.window.escape();
  }
});

test('towers, tokens and words are reached too', async () => {
  await tabTo(panel.choice('Tower', 'vision'));
  await keyboard.press('ArrowRight');
  const queries = panel.heads.getByRole('listbox', { name: 'Queries' });
  await queries.waitFor();
  await tabTo(queries);
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await holds(() => panel.heads.locator('.head-view-told').innerText(), (text) => /attends/.test(text), 'Its partners are told'); // prettier-ignore
  await keyboard.press('ArrowRight');
  await holds(() => panel.heads.locator('.head-view-told').innerText(), (text) => /is attended by/.test(text), 'The other side'); // prettier-ignore
  await focusPanel();
  await tabTo(panel.choice('Tower', 'text'));
  await keyboard.press('ArrowRight');
  const words = panel.heads.getByRole('listbox', { name: /words of the prompt/ });
  await words.waitFor();
  await tabTo(words);
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await holds(() => panel.heads.locator('.across-told').innerText(), (text) => text.includes('bald'), 'A word tells its share'); // prettier-ignore
  await keyboard.press('Escape');
  await eventually(() => panel.chosen('Tower'), 'vision');
});

test('Tab visits everything in the order in which it stands, shows where it is, and leaves at the end', async () => {
  // Where Tab begins, since no key leads to the top of a page.
  await panel.frame.locator('h1').click();
  const stops = await tabStops(panel.frame, keyboard, 120);
  assert.deepEqual(stops.filter(({ shown }) => !shown).map(({ name }) => name), [], 'the focus is seen at every stop'); // prettier-ignore
  assert.deepEqual(
    stops.filter(({ name }) => name === '').map(({ html }) => html),
    [],
    'every stop has a name',
  );
  const order = [
    'export',
    'Opacity',
    'Add a prompt',
    'relevance',
    'Last layer of the image',
    'vision',
    'share of relevance',
  ];
  const places = order.map((name) => stops.findIndex((stop) => stop.name.includes(name)));
  assert.ok(
    places.every((place, i) => place > (places[i - 1] ?? -1)),
    `${order.join()}: ${places.join()}`,
  );
  assert.ok(stops.length < 120, 'Tab leaves the page in the end');
});

const focusedText = async (): Promise<string> => oneLine(await panel.frame.locator(':focus').innerText());

/** Of a row's radio: its prompt. */
const focusedName = (): Promise<string> =>
  panel.frame.locator(':focus').evaluate((element) => element.closest('tr')?.querySelector('.prompt-text')?.textContent ?? ''); // prettier-ignore
