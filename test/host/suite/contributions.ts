import assert from 'node:assert/strict';
import { commands, Uri, window, workspace } from 'vscode';
import { commandNames } from '../../../src/host/commands/names';
import { withStub } from '../support/stub';
import { closePanels, extension, inWorkspace, lens, opened } from '../support/lens';
import { until } from '../support/until';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
  };
}
const { contributes } = extension.packageJSON as Manifest;

export function contributions(): void {
  it('every command of the manifest is registered, and has a title in words', async () => {
    await lens();
    const known = new Set(await commands.getCommands(true));
    for (const { command, title } of contributes.commands) {
      assert.ok(known.has(command), `${command} is not registered`);
      assert.doesNotMatch(title, /^%|%$/, command);
    }
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).sort(),
      commandNames.map((name) => `attentionLens.${name}`).sort(),
    );
  });

  it('views and their focus commands are there', async () => {
    const known = new Set(await commands.getCommands(true));
    for (const view of ['heads', 'recent']) assert.ok(known.has(`attentionLens.${view}.focus`), view);
    assert.ok(known.has('workbench.view.extension.attentionLens'));
  });

  it('every setting has the default of the manifest', () => {
    const configuration = workspace.getConfiguration();
    for (const [name, property] of Object.entries(contributes.configuration.properties))
      assert.deepEqual(configuration.inspect(name)?.defaultValue, property.default, name);
  });

  it('context keys follow: an explanation is there, the tree’s order, recent ones', async () => {
    const said = new Map<string, unknown>();
    const execute = commands.executeCommand.bind(commands);
    const listening = (command: string, ...rest: unknown[]) => {
      if (command === 'setContext') said.set(String(rest[0]), rest[1]);
      return execute(command, ...rest);
    };
    await withStub(commands, 'executeCommand', listening, async () => {
      await opened(inWorkspace('space.png'), ['a rocket in space']);
      assert.equal(said.get('attentionLens.hasExplanation'), true);
      assert.equal(said.get('attentionLens.hasRecent'), true);
      await execute('attentionLens.sortHeadsByEntropy');
      assert.equal(said.get('attentionLens.headsSort'), 'entropy');
      await execute('attentionLens.sortHeadsByIndex');
      await closePanels();
      await until(() => said.get('attentionLens.hasExplanation') === false, 'the key to be taken back');
      await execute('attentionLens.clearRecent');
      assert.equal(said.get('attentionLens.hasRecent'), false);
    });
  });

  it('a command that fails says so with a sentence and ways out, and does not reject', async () => {
    const { testing } = await lens();
    const shown: string[][] = [];
    const fail = () => Promise.reject(new Error('no dialog today'));
    const hear = (...said: string[]) => {
      shown.push(said);
      return Promise.resolve(undefined);
    };
    await withStub(window, 'showQuickPick', fail, () =>
      withStub(window, 'showErrorMessage', hear, async () => {
        await commands.executeCommand('attentionLens.openSample');
      }),
    );
    assert.equal(shown.length, 1);
    assert.match(shown[0]![0]!, /no dialog today/);
    assert.ok(shown[0]!.includes('Show Log') && shown[0]!.includes('Copy Diagnostics'));
    assert.match(testing.failures.last!.error.message, /no dialog today/);
  });

  it('the settings and the walkthrough open by command', async () => {
    await commands.executeCommand('attentionLens.openSettings');
    await commands.executeCommand('attentionLens.openWalkthrough');
    await until(() => window.tabGroups.all.flatMap(({ tabs }) => tabs).length >= 2, 'two tabs');
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('a sample that is named opens with its prompts and the bundled model', async () => {
    const { testing } = await lens();
    await commands.executeCommand('attentionLens.openSample', 'meadow.jpg');
    const [panel] = testing.panels.all;
    assert.deepEqual(panel!.request.prompts, ['a dog', 'a cat', 'a butterfly', 'a fish']);
    assert.equal(panel!.request.model, 'emoji-clip');
    assert.equal(panel!.request.images[0], Uri.joinPath(extension.extensionUri, 'media/samples/meadow.jpg').toString());
    await until(() => panel!.images.length === 1, 'the explanation');
    await closePanels();
  });
}
