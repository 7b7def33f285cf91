import assert from 'node:assert/strict';
import type { Uri } from 'vscode';
import { commands, window, type WebviewPanelSerializer } from 'vscode';
import { imagePanelType } from '../../../src/host/panels/kinds';
import { registerSerializer } from '../../../src/host/panels/serializer';
import { closePanels, inWorkspace, lens, opened, panelOf, panelTabs } from '../support/lens';
import { explainedPage, Page } from '../support/page';
import { withPromptEntry } from '../support/prompt-entry';
import { withStub } from '../support/stub';
import { until } from '../support/until';

const [space, meadow, table] = ['space.png', 'meadow.jpg', 'table.webp'].map(inWorkspace) as [Uri, Uri, Uri];

export function panels(): void {
  afterEach(closePanels);

  it('a panel has its image’s name; the page in it reports its cursors', async () => {
    const panel = await opened(space, ['a bald man', 'a rocket in space']);
    assert.deepEqual(panelTabs(), ['Explain: space.png']);
    const cursor = await until(() => panel.cursor, 'the page’s first word');
    assert.deepEqual([cursor.image, cursor.prompt], [0, 0]);
    assert.equal(panel.images[0]!.photo.data.length, panel.images[0]!.photo.width * panel.images[0]!.photo.height * 3);
  });

  it('the same image again reuses its tab, with the new prompts', async () => {
    const panel = await opened(space, ['a cow']);
    const { open } = await lens();
    await open(space, ['a ringed planet', 'a cow']);
    await until(() => panel.images[0]!.explained.prompts.length === 2, 'the second explanation');
    assert.equal(await panelOf(space), panel);
    assert.deepEqual(panelTabs(), ['Explain: space.png']);
  });

  it('another image gets a tab of its own, in the same column', async () => {
    await opened(space, ['a cow']);
    await opened(meadow, ['a dog']);
    // The window says in its own time which tabs there are.
    await until(() => panelTabs().length === 2, 'both tabs');
    assert.deepEqual(panelTabs().sort(), ['Explain: meadow.jpg', 'Explain: space.png']);
    const columns = window.tabGroups.all.filter(({ tabs }) => tabs.some(({ label }) => /^Explain: /.test(label)));
    assert.equal(columns.length, 1);
  });

  it('two images are compared in one panel', async () => {
    const { testing } = await lens();
    const choose = (items: readonly { readonly label: string }[]) =>
      Promise.resolve(items.find(({ label }) => /Compare/.test(label)));
    const write = (typist: { type(text: string): void; enter(): void }) => {
      typist.type('a dog; a cat');
      typist.enter();
    };
    await withStub(window, 'showQuickPick', choose, () =>
      withPromptEntry(write, async () => {
        await commands.executeCommand('attentionLens.explainWithPrompts', space, [space, meadow]);
      }),
    );
    const [panel] = testing.panels.all;
    await until(() => panel!.images.length === 2, 'both images');
    assert.deepEqual(panel!.images.map(({ name }) => name), ['space.png', 'meadow.jpg']); // prettier-ignore
    assert.deepEqual(panelTabs(), ['Explain: space.png · meadow.jpg']);
  });

  it('closing the tab ends the panel, and another one takes its place as the active one', async () => {
    const { testing } = await lens();
    const first = await opened(space, ['a cow']);
    const second = await opened(meadow, ['a dog']);
    assert.equal(testing.panels.active, second);
    const find = () =>
      window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => label === 'Explain: meadow.jpg');
    await window.tabGroups.close(await until(find, 'the tab'));
    await until(() => testing.panels.all.length === 1, 'the panel to be gone');
    await until(() => testing.panels.active === first, 'the other to be active');
    first.dispose();
    assert.equal(testing.panels.active, null);
  });

  it('closing while it works leaves nothing behind', async () => {
    const { open, explain, testing } = await lens();
    await open(
      space,
      Array.from({ length: 64 }, (_, i) => `a rocket number ${i}`),
    );
    testing.panels.all[0]!.dispose();
    assert.equal(testing.panels.all.length, 0);
    assert.equal((await explain(space, ['a cow'])).prompts.length, 1);
    await until(() => testing.work.stage === null, 'the work to end');
  });

  it('a reloaded window restores what the page kept, and says so where it cannot be read', async () => {
    const { testing } = await lens();
    const serializer = await registered();
    const restore = async (state: unknown) => {
      const page = new Page();
      await serializer.deserializeWebviewPanel(page, state);
      return { page, panel: testing.panels.all.find(({ webview }) => webview === page)! };
    };
    const request = { images: [table.toString()], prompts: ['a pizza'], model: null };
    const good = await restore({ version: 1, request, view: { anything: true } });
    await until(() => good.panel.images.length === 1, 'the explanation');
    assert.equal(good.page.title, 'Explain: table.webp');
    for (const state of [
      undefined,
      null,
      'x',
      [],
      { version: 2, request },
      { version: 1 },
      { version: 1, request: { ...request, images: [] } },
      { version: 1, request: { ...request, images: ['a', 'b', 'c'] } },
      { version: 1, request: { ...request, images: ['no uri'] } },
      { version: 1, request: { ...request, prompts: 'a pizza' } },
    ]) {
      const { page, panel } = await restore(state);
      assert.equal(panel.status.kind, 'failed', JSON.stringify(state));
      const { status, images } = await page.ask('open', null);
      assert.deepEqual([status, images], [panel.status, []]);
      assert.ok(
        status.kind === 'failed' && status.actions.includes('choose-image') && status.actions.includes('close'),
      );
    }
  });

  it('a restored panel whose image is gone says so', async () => {
    const { testing } = await lens();
    const serializer = await registered();
    const page = new Page();
    const request = { images: [inWorkspace('gone.png').toString()], prompts: ['a cow'], model: null };
    await serializer.deserializeWebviewPanel(page, { version: 1, request });
    const [panel] = testing.panels.all;
    await until(() => panel!.status.kind === 'failed', 'the failure');
    assert.match(JSON.stringify(panel!.status), /no such file/);
  });

  it('the page may load nothing but the two built files', async () => {
    const { page } = await explainedPage({ images: [space.toString()], prompts: ['a cow'], model: null });
    const { html, options } = page.webview;
    assert.match(html, /default-src 'none'; script-src 'nonce-[\w-]+'/);
    assert.deepEqual(html.match(/(?:src|href)="[^"]+"/g)?.map((link) => link.split('/').at(-1)), ['webview.css"', 'webview.js"']); // prettier-ignore
    assert.equal(options.enableScripts, true);
    assert.equal(options.localResourceRoots?.length, 1);
    assert.match(options.localResourceRoots[0]!.path, /\/dist$/);
  });
}

async function registered(): Promise<WebviewPanelSerializer> {
  const { testing } = await lens();
  const found: WebviewPanelSerializer[] = [];
  const register = (type: string, serializer: WebviewPanelSerializer) => {
    assert.equal(type, imagePanelType);
    found.push(serializer);
    return { dispose: () => undefined };
  };
  await withStub(window, 'registerWebviewPanelSerializer', register, async () => {
    registerSerializer(testing.panels);
    return Promise.resolve();
  });
  return found[0]!;
}
