import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { eventually, holds } from './support/eventually';
import type { PanelPage } from './support/panel';
import type { Window } from './support/driver';
import { openSession, pictureOfFailures, type Session } from './support/session';

let session: Session;
let window: Window;
let panel: PanelPage;

before(async () => {
  session = await openSession();
  ({ window, panel } = session);
});
after(() => session?.close());
pictureOfFailures(() => session);
afterEach(async () => {
  if (await window.quickInput.isVisible()) await window.escape();
  if ((await window.tabs()).length > 0) await window.closeEditors();
  await window.openExplorer();
});

test('the explorer’s context menu explains an image beside it', async () => {
  await window.explain('space.png', 'a bald man; a rocket in space');
  assert.deepEqual(await panel.prompts(), ['a bald man', 'a rocket in space']);
  assert.equal(await panel.probability('a rocket in space'), '99.7 %');
});

test('the keyboard alone leads from the explorer to the answer', async () => {
  const { page } = window;
  await page.keyboard.press('Control+Shift+E');
  await page.keyboard.press('Home');
  const focused = page.locator('.explorer-folders-view .monaco-list-row.focused');
  for (let step = 0; step < 20 && !(await focused.getAttribute('aria-label'))?.startsWith('meadow.jpg'); step++)
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+F10');
  await window.menuItem('Explain with Prompts').waitFor();
  // The last entry but those of other extensions: from the end it is near.
  for (let step = 0; step < 30 && !(await window.focusedMenuItem()).startsWith('Explain with'); step++)
    await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await window.quickInput.waitFor();
  await page.keyboard.type('a dog; a fish');
  await page.keyboard.press('Enter');
  await panel.shown();
  assert.deepEqual(await panel.prompts(), ['a dog', 'a fish']);
});

test('only images have the entry', async () => {
  for (const [name, offered] of Object.entries({
    'samples.json': 0,
    'README.md': 0,
    'table.webp': 1,
    'meadow.jpg': 1,
  })) {
    await window.explorerItem(name).click({ button: 'right' });
    await window.menuItem('Copy Path').waitFor();
    assert.equal(await window.menuItem('Explain with Prompts').count(), offered, name);
    await window.page.keyboard.press('Escape');
    await window.menuItem('Copy Path').waitFor({ state: 'hidden' });
  }
});

test('a tab, the preview’s title bar and the preview itself lead to the same entry', async () => {
  await window.openFile('table.webp');
  await window.choose(window.tab('table.webp'), 'Explain with Prompts');
  await eventually(() => window.quickTitle.innerText(), 'Explain table.webp · emoji-clip');
  await window.escape();

  await window.titleButton('Explain with Prompts').click();
  await eventually(() => window.quickTitle.innerText(), 'Explain table.webp · emoji-clip');
  await window.escape();

  await window.choose(window.imagePreview.locator('body'), 'Explain with Prompts');
  await eventually(() => window.quickTitle.innerText(), 'Explain table.webp · emoji-clip');
  await window.enterPrompts('a pizza; a banana');
  await panel.shown();
  await window.tab('Explain: table.webp').waitFor();

  // A text has no such button; the title bar follows in its own time.
  await window.openFile('README.md');
  await eventually(() => window.titleButton('Explain with Prompts').count(), 0);
});

test('the palette explains the image that is open', async () => {
  await window.openFile('sea-wide.jpg');
  await window.command('Attention Lens: Explain with Prompts');
  await eventually(() => window.quickTitle.innerText(), 'Explain sea-wide.jpg · emoji-clip');
});

test('without an image the palette asks for one, open images first', async () => {
  await window.openFile('space.png');
  await window.openFile('README.md');
  await window.command('Attention Lens: Explain with Prompts');
  const items = await holds(() => window.quickItems(), (lines) => lines.some((line) => line.includes('Browse')), 'The images are listed'); // prettier-ignore
  assert.match(items[0]!, /space\.png/);
  assert.ok(items.some((line) => line.includes('street-portrait.png')));
  assert.ok(!items.some((line) => line.includes('README')), items.join('\n'));
  await window.quickInput.fill('street');
  await window.quickInput.press('Enter');
  await eventually(() => window.quickTitle.innerText(), 'Explain street-portrait.png · emoji-clip');
});

test('with a panel in front the palette goes on with its image and its prompts', async () => {
  await window.explain('space.png', 'a cow; a rocket');
  await window.command('Attention Lens: Explain with Prompts');
  await eventually(() => window.quickTitle.innerText(), 'Explain space.png · emoji-clip');
  assert.equal(await window.quickInput.inputValue(), 'a cow; a rocket');
  await window.enterPrompts('a cow; a rocket; a bald man');
  await eventually(() => panel.prompts(), ['a cow', 'a rocket', 'a bald man']);
  assert.equal((await window.tabs()).filter((label) => label.startsWith('Explain: space.png')).length, 1);
});

test('two selected images are compared in one panel', async () => {
  await window.explorerItem('meadow.jpg').click();
  await window.explorerItem('space.png').click({ modifiers: ['Control'] });
  await window.choose(window.explorerItem('space.png'), 'Explain with Prompts');
  await window.quickItem('Compare side by side').click();
  await window.enterPrompts('a dog; a rocket in space');
  await panel.shown();
  assert.equal(await panel.table.locator('th.probability').count(), 2);
  const row = panel.row('a dog').locator('.percent');
  const [inMeadow, inSpace] = (await row.allInnerTexts()).map(asPercent) as [number, number];
  assert.ok(inMeadow > 90 && inSpace < 10, `${inMeadow} % and ${inSpace} %`);
  assert.equal(await panel.frame.locator('.compared figure').count(), 2);
});

test('three selected images have a panel each', async () => {
  await window.explorerItem('meadow.jpg').click();
  for (const name of ['space.png', 'table.webp']) await window.explorerItem(name).click({ modifiers: ['Control'] });
  await window.choose(window.explorerItem('table.webp'), 'Explain with Prompts');
  await window.enterPrompts('a dog; a pizza');
  for (const name of ['meadow.jpg', 'space.png', 'table.webp']) await window.tab(`Explain: ${name}`).waitFor();
  assert.equal(await window.page.locator('.editor-group-container').count(), 2, 'they share a group beside the image');
  await panel.shown();
  assert.deepEqual(await panel.prompts(), ['a dog', 'a pizza']);
});

test('the entry takes semicolons, full-width ones, and quotes around a prompt that holds one', async () => {
  await window.choose(window.explorerItem('space.png'), 'Explain with Prompts');
  await window.quickInput.fill('a man;  a   rocket；"red; blue"');
  await eventually(async () => (await window.quickItems())[0]?.split(' It knows')[0], 'Explain 3 prompts: a man · a rocket · red; blue'); // prettier-ignore
});

test('an empty, a repeated and an over-long prompt are said at once, and Enter goes nowhere with the first and last', async () => {
  await window.choose(window.explorerItem('space.png'), 'Explain with Prompts');
  const first = async () => (await window.quickItems())[0] ?? '';
  await window.quickInput.fill(' ; ;');
  await holds(first, (line) => line.startsWith('There is no prompt yet.'), 'Nothing was written');
  await window.quickInput.press('Enter');
  assert.ok(await window.quickInput.isVisible());

  await window.quickInput.fill(`a cow; ${'x'.repeat(2001)}`);
  await holds(first, (line) => line.startsWith('Prompt 2 has 2001 characters; at most 2000'), 'The prompt is too long');
  await window.quickInput.press('Enter');
  assert.ok(await window.quickInput.isVisible());

  await window.quickInput.fill('a cow; A  cow; a man');
  await holds(first, (line) => line.startsWith('Explain 2 prompts: a cow · a man'), 'A repeated prompt counts once');
  assert.ok((await window.quickItems()).some((line) => line.includes('“a cow” is there more than once')));

  await window.quickInput.fill(Array.from({ length: 40 }, () => 'word').join(' '));
  await holds(async () => (await window.quickItems()).join('\n'), (all) => /has 40 words; emoji-clip reads at most \d+ tokens/.test(all), 'What will be cut is said'); // prettier-ignore
});

test('the entry completes names that the model knows, and says that it knows drawings', async () => {
  await window.choose(window.explorerItem('space.png'), 'Explain with Prompts');
  await holds(async () => (await window.quickItems()).join('\n'), (all) => /drawings.*not photographs/.test(all), 'The model says what it knows'); // prettier-ignore
  await window.quickInput.fill('a man; a ringed pl');
  await window.quickItem('a ringed planet').click();
  await eventually(() => window.quickInput.inputValue(), 'a man; a ringed planet');
  await window.quickInput.press('Enter');
  await panel.shown();
  assert.match(await panel.frame.locator('.notes').innerText(), /drawings.*not photographs/s);
});

test('what was explained is offered again, Enter repeats the last, and a set can be edited or forgotten', async () => {
  await window.explain('space.png', 'a moon; a star');
  await window.explain('space.png', 'a cow; a rocket');
  await window.choose(window.explorerItem('meadow.jpg'), 'Explain with Prompts');
  await window.quickItem('a moon; a star').waitFor();
  assert.match((await window.quickItems())[0]!, /a cow; a rocket/);
  await window.quickItem('a moon; a star').hover();
  await window.quickItem('a moon; a star').getByRole('button', { name: 'Edit these prompts' }).click();
  await eventually(() => window.quickInput.inputValue(), 'a moon; a star');
  await window.quickInput.fill('');
  await window.quickItem('a moon; a star').hover();
  await window.quickItem('a moon; a star').getByRole('button', { name: 'Remove from recent prompts' }).click();
  await window.quickItem('a moon; a star').waitFor({ state: 'hidden' });
  await window.quickInput.press('Enter');
  await window.tab('Explain: meadow.jpg').waitFor();
  await panel.shown();
  assert.deepEqual(await panel.prompts(), ['a cow', 'a rocket']);
});

test('the workspace’s default prompts are offered', async () => {
  session.configure({ 'attentionLens.defaultPrompts': ['an anchor', 'a whale'] });
  // The running window follows the file in its own time.
  for (let tries = 0; ; tries++) {
    await window.choose(window.explorerItem('sea-wide.jpg'), 'Explain with Prompts');
    await holds(
      async () => (await window.quickItems()).length,
      (count) => count > 0,
      'Something is listed',
    );
    if ((await window.quickItems()).some((line) => line.includes('an anchor; a whale'))) break;
    assert.ok(tries < 10, 'The default prompts are not offered.');
    await window.escape();
  }
  await window.quickItem('an anchor; a whale').click();
  await panel.shown();
  assert.deepEqual(await panel.prompts(), ['an anchor', 'a whale']);
});

test('Escape anywhere leaves everything as it was', async () => {
  await window.choose(window.explorerItem('space.png'), 'Explain with Prompts');
  await window.quickInput.fill('a cow');
  await window.escape();
  assert.deepEqual(await window.tabs(), []);
});

test('a bundled sample is explained by one command', async () => {
  await window.command('Attention Lens: Try a Sample');
  await window.quickItem('meadow.jpg').click();
  await panel.shown();
  assert.deepEqual(await panel.prompts(), ['a dog', 'a cat', 'a butterfly', 'a fish']);
});

/** Also of "> 99.9 %". */
const asPercent = (text: string): number => Number.parseFloat(text.replace(/[<>]/u, ''));
