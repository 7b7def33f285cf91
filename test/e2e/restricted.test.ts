import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeMachineSettings } from '../../scripts/workbench/server';
import { holds } from './support/eventually';
import { openSession, pictureOfFailures, type Session } from './support/session';

/** A folder whose authors are not trusted (under the tests' driver VS Code does not even ask), with a model in it that its settings name. */
let session: Session;

before(async () => {
  session = await openSession({
    trust: true,
    prepare: (folder) => cpSync('models/emoji-clip', join(folder, 'model'), { recursive: true }),
  });
  session.configure({ 'attentionLens.model': '${workspaceFolder}/model' });
});
after(() => session?.close());
pictureOfFailures(() => session);

test('without trust the bundled model explains, and what the workspace says of models is not used', async () => {
  const { window, panel } = session;
  await window.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
  await window.explain('space.png', 'a bald man; a rocket in space');
  assert.equal(await panel.probability('a rocket in space'), '99.7 %');
  const place = await panel.frame.locator('.header-model').getAttribute('title');
  assert.ok(place?.startsWith(join(process.cwd(), 'models')), place ?? '');
});

test('a model that lies in the workspace is refused, with a way out', async () => {
  const { window, panel, server } = session;
  writeMachineSettings(server.state, { 'attentionLens.model': '${workspaceFolder}/model' });
  await window.reloadWindow();
  await window.tab('Explain: space.png').waitFor();
  await holds(
    () => panel.message.innerText(),
    (text) => /trust/.test(text),
    'The panel says why',
  );
  for (const name of ['Manage Workspace Trust', 'Choose Model'])
    assert.ok(await panel.message.getByRole('button', { name }).isVisible(), name);
});
