import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, ConfigurationTarget, Uri, window, workspace } from 'vscode';
import { trustedModel } from '../../../src/host/trusted-models';
import { closePanels, extension, inWorkspace, lens } from '../support/lens';
import { explainedPage, panelWithPage } from '../support/page';
import { rejectsWith } from '../support/rejects';
import { withStub } from '../support/stub';
import { until } from '../support/until';

const space = inWorkspace('space.png');
const bundled = Uri.joinPath(extension.extensionUri, 'models/emoji-clip').fsPath;
const request = { images: [space.toString()], prompts: ['a cow', 'a dog'], model: null };
const configuration = () => workspace.getConfiguration('attentionLens');

/** Models of the user's own, and whether they are trusted. */
export function models(): void {
  const inside = inWorkspace('model').fsPath;
  let outside = '';

  before(() => {
    outside = join(mkdtempSync(join(tmpdir(), 'attention-lens-model-')), 'my clip');
    cpSync(bundled, outside, { recursive: true });
    cpSync(bundled, inside, { recursive: true });
  });
  after(() => {
    rmSync(join(outside, '..'), { recursive: true, force: true });
    rmSync(inside, { recursive: true, force: true });
  });
  afterEach(async () => {
    await configuration().update('model', undefined, ConfigurationTarget.Workspace);
    await closePanels();
  });

  it('a folder of the user’s explains; the panel follows the setting', async () => {
    const { explain } = await lens();
    const { panel } = await explainedPage(request);
    assert.equal(panel.images[0]!.explained.model.path, bundled);
    await configuration().update('model', outside, ConfigurationTarget.Workspace);
    await until(() => panel.images[0]!.explained.model.path === outside, 'the other model');
    const { prompts, modelPath } = await explain(space, ['a cow', 'a dog']);
    assert.equal(modelPath, outside);
    const own = await explain(space, ['a cow', 'a dog'], { model: 'emoji-clip' });
    assert.equal(own.modelPath, bundled);
    assert.deepEqual(prompts, own.prompts, 'a copy computes the same');
  });

  it('is chosen by a dialog; a folder without a model is refused', async () => {
    const { testing } = await lens();
    const browse = (items: readonly { readonly label: string }[]) =>
      Promise.resolve(items.find(({ label }) => /Browse/.test(label)));
    const choose = (folder: string) =>
      withStub(window, 'showQuickPick', browse, () =>
        withStub(
          window,
          'showOpenDialog',
          () => Promise.resolve([Uri.file(folder)]),
          async () => void (await commands.executeCommand('attentionLens.chooseModel')),
        ),
      );
    const said: string[] = [];
    const warn = (sentence: string) => Promise.resolve(said.push(sentence)).then(() => undefined);
    await withStub(window, 'showWarningMessage', warn, () => choose(tmpdir()));
    assert.match(said[0]!, /does not hold a model/);
    assert.equal(testing.settings().model, 'emoji-clip');
    try {
      await choose(outside);
      await until(() => testing.settings().model === outside, 'the setting');
    } finally {
      await configuration().update('model', undefined, ConfigurationTarget.Global);
    }
    await until(() => testing.settings().model === 'emoji-clip', 'the default');
  });

  it('a damaged one says so, and offers another model and not another image', async () => {
    const broken = join(outside, '../broken');
    cpSync(outside, broken, { recursive: true });
    writeFileSync(join(broken, 'config.json'), '{ "model_type": ');
    const { panel } = await panelWithPage({ ...request, model: broken });
    await until(() => panel.status.kind === 'failed', 'the failure');
    const { status } = panel;
    assert.ok(status.kind === 'failed');
    assert.equal(status.error, 'bad-file');
    assert.match(status.message, /config\.json/);
    assert.ok(status.actions.includes('choose-model') && !status.actions.includes('choose-image'));
  });

  it('one without attention that could be traced is refused as such', async () => {
    const { explain } = await lens();
    const minilm = Uri.joinPath(extension.extensionUri, 'models/minilm').fsPath;
    const error = await explain(space, ['a cow'], { model: minilm }).then(
      () => assert.fail('minilm sees no images'),
      (reason: unknown) => reason as Error & { readonly kind: string },
    );
    assert.ok(['unsupported-model', 'bad-file'].includes(error.kind), error.kind);
    assert.match(error.message, /\.$/);
  });

  it('the rule: of an untrusted workspace, no model in its folders, also behind a link', () => {
    const link = join(outside, '../link');
    symlinkSync(inside, link);
    const root = inWorkspace('.').fsPath;
    for (const folder of [inside, link, root])
      assert.throws(() => trustedModel(folder, [root], false), /not trusted/, folder);
    for (const folder of [outside, bundled, `${root}-beside`])
      assert.equal(trustedModel(folder, [root], false), folder);
    for (const folder of [inside, link]) assert.equal(trustedModel(folder, [root], true), folder);
    assert.equal(trustedModel(inside, [], false), inside);
  });

  it('where the workspace is not trusted, its model is refused with a way to trust it, which heals the panel', async () => {
    const { explain, testing } = await lens();
    const { page, panel } = await withStub(workspace, 'isTrusted', false, async () => {
      await rejectsWith(explain(space, ['a cow'], { model: inside }), 'usage', /not trusted/);
      assert.equal((await explain(space, ['a cow'])).modelPath, bundled);
      const made = await panelWithPage({ ...request, model: inside });
      await until(() => made.panel.status.kind === 'failed', 'the refusal');
      return made;
    });
    assert.ok(panel.status.kind === 'failed' && panel.status.actions[0] === 'manage-trust');
    assert.equal(panel.wantsTrust, true);
    testing.panels.trusted();
    await until(() => panel.images.length === 1, 'the explanation', { said: () => JSON.stringify(panel.status) });
    assert.equal((await page.ask('open', null)).images[0]!.explained.model.path, inside);
  });
}
