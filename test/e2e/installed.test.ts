import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { eventually, holds } from './support/eventually';
import { engineOf } from './support/engine';
import { openSession, pictureOfFailures, type Session } from './support/session';
import { ensureVsix } from './support/vsix';

/** The package as people install it, and not the development copy. */
let session: Session;

before(async () => {
  session = await openSession({ vsix: ensureVsix() });
});
after(() => session?.close());
pictureOfFailures(() => session);

test('the installed package explains an image with the model that it brings', async () => {
  const { window, panel } = session;
  await window.explain('space.png', 'a bald man; a rocket in space; a ringed planet; a cow');
  assert.equal(await panel.probability('a rocket in space'), '99.4 %');
  await holds(
    () => panel.legend(),
    (text) => text.includes('strongest: patch 34'),
    'The man is found',
  );
  const extension = readdirSync(join(session.server.state, 'extensions')).find((name) => name.startsWith('attention-lens.')); // prettier-ignore
  assert.ok(extension);
  assert.ok(engineOf(session.server).path.includes(extension), 'the engine is the package’s own');
});

test('its side panel and its heads follow each other', async () => {
  const { window, panel } = session;
  await window.openSidePanel();
  await eventually(() => window.selectedLine('Heads'), 'Head 0');
  await window.treeRow('Head 3').click();
  await panel.bringHeads();
  await eventually(() => panel.headCursor(), 'head 3 of layer 5');
  await panel.head(1).click();
  await eventually(() => window.selectedLine('Heads'), 'Head 1');
});

test('it follows the typing, and exports the picture', async () => {
  const { window, panel, folder } = session;
  await panel.addField.fill('a star');
  await panel.addField.press('Enter');
  await holds(
    () => panel.probability('a star'),
    (text) => /\d/.test(text),
    'It is explained',
  );
  await panel.openExports();
  await panel.exportItem(/^Picture PNG/).click();
  const path = join(folder, 'out.png');
  await window.saveAs(path);
  await eventually(() => existsSync(path), true);
  await holds(() => sharp(path).metadata().then(({ width, height }) => `${width} × ${height}`, () => ''), (size) => size === '640 × 480', 'It has the image’s size'); // prettier-ignore
});

test('what was compiled for its engine is kept in the extension’s own storage', async () => {
  const kept = join(session.server.state, 'user-data/User/globalStorage/attention-lens.attention-lens/engine-code');
  await eventually(() => (existsSync(kept) ? readdirSync(kept).filter((name) => name.endsWith('.code')).length : 0), 1);
});
