import assert from 'node:assert/strict';
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, holds } from './support/eventually';
import { engineOf, type EngineProcess } from './support/engine';
import { ink, type PanelPage } from './support/panel';
import type { Window } from './support/driver';
import { openSession, pictureOfFailures, type Session } from './support/session';

let session: Session;
let window: Window;
let panel: PanelPage;

before(async () => {
  session = await openSession();
  ({ window, panel } = session);
  await explain();
});
after(() => session?.close());
pictureOfFailures(() => session);
/** Opens the panel, or explains anew in it; the image is the sample again, whatever became of it. */
async function explain(): Promise<void> {
  copyFileSync('media/samples/space.png', join(session.folder, 'space.png'));
  await window.explain('space.png', 'a bald man; a rocket in space');
  await eventually(() => panel.prompts(), ['a bald man', 'a rocket in space']);
}

/** Chooses what the defaults do not: target, colours, patches, tower, layer, head. */
async function choose(): Promise<void> {
  await panel.row('a rocket in space').click();
  await panel.choice(/Smooth/, 'patches').click();
  await panel.choice('Method', 'rollout').click();
  await panel.bringHeads();
  await panel.choice('Tower', 'text').click();
  await panel.head(2).click();
  await eventually(() => panel.headCursor(), 'head 2 of layer 3');
}

async function assertChosen(): Promise<void> {
  await panel.shown();
  await eventually(() => panel.target(), 'a rocket in space');
  await eventually(() => panel.chosen(/Smooth/), 'patches');
  await eventually(() => panel.chosen('Method'), 'rollout');
  await panel.bringHeads();
  await eventually(() => panel.headCursor(), 'head 2 of layer 3');
  await eventually(() => panel.chosen('Tower'), 'text');
}

test('a panel that was hidden behind another editor is as it was left', async () => {
  await choose();
  await window.openFile('README.md');
  await window.tab('Explain: space.png').click();
  await assertChosen();
});

test('a panel that is moved to another group is as it was left', async () => {
  await window.command('View: Move Editor into Right Group');
  await eventually(() => window.page.locator('.editor-group-container').count(), 2);
  await assertChosen();
});

test('a reloaded window brings the panel back as it was left', async () => {
  await window.reloadWindow();
  await window.tab('Explain: space.png').waitFor();
  await assertChosen();
  assert.deepEqual(await panel.prompts(), ['a bald man', 'a rocket in space']);
});

test('a changed image is said, and explained again on request', async () => {
  const before = await panel.probability('a rocket in space');
  copyFileSync('media/samples/meadow.jpg', join(session.folder, 'space.png'));
  await holds(
    () => panel.message.innerText(),
    (text) => text.includes('The image has changed'),
    'The change is said',
  );
  assert.equal(await panel.probability('a rocket in space'), before, 'until then everything stays');
  await panel.message.getByRole('button', { name: 'Explain Again' }).click();
  await holds(
    () => panel.probability('a rocket in space'),
    (text) => text !== before,
    'Other numbers come',
  );
  await panel.message.waitFor({ state: 'detached' });
});

test('a deleted image is said, the picture stays; once it is back all is well', async () => {
  await explain();
  const path = join(session.folder, 'space.png');
  renameSync(path, `${path}.away`);
  await holds(() => panel.message.innerText(), (text) => text.includes('The image file is gone. The panel shows it as it was.'), 'It is said'); // prettier-ignore
  assert.ok(await panel.heat.isVisible());
  assert.ok(await panel.message.getByRole('button', { name: 'Close Panel' }).isVisible());
  renameSync(`${path}.away`, path);
  await panel.message.waitFor({ state: 'detached' });
});

test('an image that is renamed in the explorer keeps its panel, under its new name', async () => {
  await window.openExplorer();
  // The explorer learns in its own time that the file is back, and its rows move then.
  await window.explorerItem('space.png.away').waitFor({ state: 'detached' });
  await window.explorerItem('space.png').click();
  await window.page.keyboard.press('F2');
  const field = window.page.locator('.explorer-folders-view input');
  await field.fill('cosmos.png');
  await field.press('Enter');
  await window.tab('Explain: cosmos.png').click();
  await holds(
    () => panel.frame.locator('h1').innerText(),
    (text) => text.trim() === 'cosmos.png',
    'The panel says it',
  );
  await ask('a cow');
});

/** Adds a prompt, and waits for its answer. */
async function ask(prompt: string): Promise<void> {
  await panel.addField.fill(prompt);
  await panel.addField.press('Enter');
  await answered(prompt);
}

const answered = (prompt: string) => holds(() => panel.probability(prompt), (text) => text !== '…', `“${prompt}” is explained`); // prettier-ignore

test('an engine that died between two questions is not noticed', async () => {
  engineOf(session.server).kill();
  await ask('a moon');
  assert.equal(await panel.message.count(), 0);
});

test('work that takes long is shown, and can be cancelled; asking again works', async () => {
  const engine = engineOf(session.server);
  await begin('a red', engine);
  const before = await ink(panel.heat);
  await panel.frame.getByRole('button', { name: 'Cancel' }).click();
  await holds(() => panel.message.innerText(), (text) => text.startsWith('Cancelled. The panel shows what was explained before.'), 'It is said'); // prettier-ignore
  assert.equal(await ink(panel.heat), before);
  await eventually(() => engine.lives(), false);
  await panel.message.getByRole('button', { name: 'Explain Again' }).click();
  await panel.message.waitFor({ state: 'detached' });
  await answered('a red thing 20');
});

test('an engine that dies at work is said, with a way back and one to the log', async () => {
  const engine = engineOf(session.server);
  await begin('a blue', engine);
  engine.kill();
  await holds(
    () => panel.message.innerText(),
    (text) => /engine (was killed|stopped)/.test(text),
    'The death is said',
  );
  assert.ok(await panel.message.getByRole('button', { name: 'Show Log' }).isVisible());
  assert.ok(await panel.heat.isVisible(), 'the last picture stays');
  await panel.message.getByRole('button', { name: 'Try Again' }).click();
  await panel.message.waitFor({ state: 'detached' });
  await answered('a blue thing 20');
});

/** Stops the engine and asks: the work lasts as long as the test wants, however fast the machine is. */
async function begin(words: string, engine: EngineProcess): Promise<void> {
  // What runs when it stops would keep it from being ended: another's work is not in the way of what waits.
  await engine.idle();
  engine.freeze();
  await panel.addField.fill(Array.from({ length: 24 }, (_, i) => `${words} thing ${i}`).join('; '));
  await panel.addField.press('Enter');
  await panel.frame.getByRole('progressbar').waitFor();
}
