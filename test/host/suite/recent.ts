import assert from 'node:assert/strict';
import { commands, ThemeIcon, window, workspace } from 'vscode';
import type { RecentExplanation } from '../../../src/host/recent-list';
import type { PanelRequest } from '../../../src/shared/panel-protocol';
import { closePanels, copyOf, inWorkspace, lens, opened } from '../support/lens';
import { explainedPage } from '../support/page';
import { withStub } from '../support/stub';
import { until } from '../support/until';

export function recent(): void {
  const tree = async () => (await lens()).testing.recentTree;
  const promptsOf = (entry: RecentExplanation | undefined) => (entry?.request as PanelRequest | undefined)?.prompts;
  beforeEach(async () => void (await commands.executeCommand('attentionLens.clearRecent')));
  afterEach(closePanels);

  it('lists what was explained, the latest first, an image once', async () => {
    await opened(inWorkspace('space.png'), ['a cow']);
    await opened(inWorkspace('meadow.jpg'), ['a dog']);
    await opened(inWorkspace('space.png'), ['a ringed planet', 'a cow']);
    const shown = await tree();
    const items = await Promise.all(shown.getChildren().map((entry) => shown.getTreeItem(entry)));
    assert.deepEqual(items.map(({ label }) => label), ['space.png', 'meadow.jpg']); // prettier-ignore
    assert.match(String(items[0]!.description), /^a ringed planet · a cow · just now$/);
  });

  it('follows prompts that are edited in the panel', async () => {
    const { page } = await explainedPage({
      images: [inWorkspace('space.png').toString()],
      prompts: ['a cow'],
      model: null,
    });
    await page.ask('explain', { prompts: ['a pizza'] });
    await until(async () => promptsOf((await tree()).getChildren()[0])?.[0] === 'a pizza', 'the new prompts');
  });

  it('one click opens it again', async () => {
    await opened(inWorkspace('space.png'), ['a cow', 'a dog']);
    await closePanels();
    const shown = await tree();
    const [entry] = shown.getChildren();
    const { command } = await shown.getTreeItem(entry!);
    await commands.executeCommand(command!.command, ...(command!.arguments as unknown[]));
    const { testing } = await lens();
    assert.deepEqual(testing.panels.all.map(({ request }) => request.prompts), [['a cow', 'a dog']]); // prettier-ignore
  });

  it('an image that is gone is marked, and offered to be removed', async () => {
    const image = await copyOf('space.png', 'short-lived.png');
    await opened(image, ['a cow']);
    await closePanels();
    await workspace.fs.delete(image);
    const shown = await tree();
    const [entry] = shown.getChildren();
    const item = await shown.getTreeItem(entry!);
    assert.match(String(item.description), /^the image is missing/);
    assert.deepEqual(item.iconPath, new ThemeIcon('warning'));
    const said: string[] = [];
    const remove = (message: string, button: string) => {
      said.push(message);
      return Promise.resolve(button);
    };
    await withStub(window, 'showWarningMessage', remove, async () => {
      await commands.executeCommand('attentionLens.reopenExplanation', entry);
    });
    assert.match(said[0]!, /short-lived\.png/);
    assert.deepEqual(shown.getChildren(), []);
  });

  it('an entry is removed alone; clearing removes all', async () => {
    await opened(inWorkspace('space.png'), ['a cow']);
    await opened(inWorkspace('meadow.jpg'), ['a dog']);
    const shown = await tree();
    await commands.executeCommand('attentionLens.removeRecent', shown.getChildren()[0]);
    assert.deepEqual(shown.getChildren().map(promptsOf), [['a cow']]); // prettier-ignore
    await commands.executeCommand('attentionLens.clearRecent');
    assert.deepEqual(shown.getChildren(), []);
  });
}
