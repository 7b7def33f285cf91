import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { changed, eventually, holds } from './support/eventually';
import { oneLine, type PanelPage } from './support/panel';
import type { Window } from './support/driver';
import { openSession, pictureOfFailures, type Session } from './support/session';

let session: Session;
let window: Window;
let panel: PanelPage;

before(async () => {
  session = await openSession({ height: 1000 });
  ({ window, panel } = session);
});
after(() => session?.close());
pictureOfFailures(() => session);

/** Labels of the tree's lines, without their numbers. */
const labels = async (): Promise<string[]> =>
  (await window.treeRows('Heads').locator('.label-name').allInnerTexts()).map(oneLine);

test('empty, both views say how to begin, and no command is offered that could do nothing', async () => {
  await window.openSidePanel();
  const welcome = window.view('Heads').locator('.welcome-view');
  await holds(() => welcome.innerText(), (text) => /Explain an image/.test(text) && /Try a Sample/.test(text), 'Heads welcome'); // prettier-ignore
  await holds(() => window.view('Recent Explanations').innerText(), (text) => text.includes('is listed here'), 'Recent welcomes'); // prettier-ignore
  for (const title of ['Refresh Numbers', 'Sort Heads by Entropy', 'Clear Recent Explanations', 'Show Head'])
    assert.equal(await window.offersCommand(`Attention Lens: ${title}`), false, title);
  assert.equal(await window.offersCommand('Attention Lens: Try a Sample'), true);
});

test('a button of the welcome leads to an explanation, and the tree shows its towers and layers with numbers', async () => {
  await window.view('Heads').locator('.welcome-view').getByText('Try a Sample').click();
  await window.quickItem('space.png').click();
  await panel.shown();
  await holds(labels, (all) => all.includes('Image tower') && all.includes('Text tower') && all.includes('Layer 3'), 'The tree'); // prettier-ignore
  const layer = window.treeRow('Layer 1');
  await holds(async () => oneLine(await layer.innerText()), (text) => /Layer 1 ?rel 36 % H \d\.\d\d d \d\.\d CLS <?\s?\d+ %/.test(text), 'The numbers of a layer'); // prettier-ignore
  assert.match((await layer.getAttribute('aria-label')) ?? '', /entropy \d.*nats, mean distance .* patches, on CLS .*, relevance 36\.\d %/); // prettier-ignore
  assert.match(await window.view('Heads').innerText(), /space\.png · “a bald man”/);
});

test('the panel’s head is selected in the tree, and the tree follows it', async () => {
  await eventually(() => window.selectedLine('Heads'), 'Head 0');
  await panel.bringHeads();
  await panel.head(3).click();
  await eventually(() => window.selectedLine('Heads'), 'Head 3');
  await panel.heads.getByRole('button', { name: 'Previous layer' }).click();
  await holds(labels, (all) => all.filter((label) => label === 'Head 3').length === 2, 'The other layer is unfolded');
  await eventually(() => window.selectedLine('Heads'), 'Head 3');
});

test('the tree’s numbers are the target’s', async () => {
  const line = async () => oneLine(await window.treeRow('Layer 1').innerText());
  const before = await line();
  await panel.row('a rocket in space').click();
  await changed(line, before);
  await holds(
    () => window.view('Heads').innerText(),
    (text) => text.includes('“a rocket in space”'),
    'It says whose',
  );
  await panel.row('a bald man').click();
});

test('a click on a head shows it in the panel, also one of the text tower', async () => {
  await window.treeRow('Head 2').click();
  await holds(
    () => panel.headCursor(),
    (text) => /^head 2 of layer [45]$/.test(text),
    'The clicked head',
  );
  await window.view('Heads').getByRole('button', { name: 'Collapse All' }).click();
  await window.treeRow('Text tower').click();
  await window.treeRow('Layer 2').click();
  await window.treeRow('Head 5').click();
  await eventually(() => panel.headCursor(), 'head 5 of layer 2');
  await eventually(() => panel.chosen('Tower'), 'text');
});

test('the keyboard goes through the tree, and Enter shows a head', async () => {
  const { keyboard } = window.page;
  await window.treeRow('Head 5').click();
  await keyboard.press('ArrowUp');
  await keyboard.press('Enter');
  await eventually(() => panel.headCursor(), 'head 4 of layer 2');
  await keyboard.press('ArrowLeft');
  await keyboard.press('ArrowLeft');
  await holds(labels, (all) => !all.includes('Head 4'), 'The left key folds the layer');
});

test('layers and heads are sorted from the view’s title, which marks the order', async () => {
  const order = async () => (await labels()).filter((label) => label.startsWith('Layer')).slice(-4);
  await window.choosesFrom(window.view('Heads').getByRole('button', { name: 'Sort Heads' }), 'Share of Relevance');
  await eventually(order, ['Layer 0', 'Layer 1', 'Layer 3', 'Layer 2']);
  await window.view('Heads').hover();
  await window.view('Heads').getByRole('button', { name: 'Sort Heads' }).click();
  await eventually(() => window.menuItem('✓').innerText().then(oneLine), '✓ Sort Heads by Share of Relevance');
  await window.page.keyboard.press('Escape');
  await window.command('Attention Lens: Sort Heads by Layer and Head Number');
  await eventually(order, ['Layer 0', 'Layer 1', 'Layer 2', 'Layer 3']);
});

test('recent explanations are reopened with one click, with their prompts', async () => {
  await window.explain('table.webp', 'a pizza; a banana');
  await window.openSidePanel();
  await eventually(async () => (await window.treeRows('Recent').locator('.label-name').allInnerTexts()).map(oneLine), ['table.webp', 'space.png']); // prettier-ignore
  await window.closeEditors();
  await window.treeRows('Recent').filter({ hasText: 'table.webp' }).click();
  await panel.shown();
  assert.deepEqual(await panel.prompts(), ['a pizza', 'a banana']);
});

test('an entry whose image is gone says so; entries are removed one by one, or all', async () => {
  await window.explain('meadow.jpg', 'a dog; a cat');
  await window.closeEditors();
  // The list looks at its images when it comes into sight.
  rmSync(join(session.folder, 'meadow.jpg'));
  await window.openSidePanel();
  const entry = window.treeRows('Recent').filter({ hasText: 'meadow.jpg' });
  await holds(
    async () => oneLine(await entry.innerText()),
    (text) => text.includes('the image is missing'),
    'It is missing',
  );
  await entry.hover();
  await entry.getByRole('button', { name: 'Remove from Recent' }).click();
  await entry.waitFor({ state: 'detached' });
  await window.command('Attention Lens: Clear Recent Explanations');
  await holds(() => window.view('Recent Explanations').innerText(), (text) => text.includes('is listed here'), 'Nothing is left'); // prettier-ignore
});
