import assert from 'node:assert/strict';
import { ConfigurationTarget, Uri, workspace, WorkspaceEdit } from 'vscode';
import type { PanelRequest } from '../../../src/shared/panel-protocol';
import { closePanels, copyOf, inWorkspace, lens, opened } from '../support/lens';
import { MemoryFiles } from '../support/memory-files';
import { explainedPage, panelWithPage } from '../support/page';
import { rejectsWith } from '../support/rejects';
import { until } from '../support/until';

const request = (...images: Uri[]) => ({ images: images.map(String), prompts: ['a cow', 'a dog'], model: null });
const { fs } = workspace;

/** Images that change, move, vanish, lie elsewhere, or are none. */
export function files(): void {
  afterEach(closePanels);

  it('a changed image is said, and explained anew when wanted', async () => {
    const image = await copyOf('space.png', 'changing.png');
    const { page, panel } = await explainedPage(request(image));
    const before = panel.images[0]!.explained.prompts[0]!.logit;
    await fs.writeFile(image, await fs.readFile(inWorkspace('street-portrait.png')));
    await until(() => panel.status.kind === 'changed', 'the news');
    assert.equal(page.events('status').at(-1)!.kind, 'changed');
    await page.ask('act', { action: 'retry' });
    await until(() => panel.status.kind === 'ready', 'the new explanation');
    assert.notEqual(panel.images[0]!.explained.prompts[0]!.logit, before);
    assert.equal(page.events('state').at(-1)!.images[0]!.photo!.width, panel.images[0]!.photo.width);
    await fs.delete(image);
  });

  it('new prompts for a changed image are about the new image', async () => {
    const image = await copyOf('space.png', 'changing-too.png');
    const { page, panel } = await explainedPage(request(image));
    const { width } = panel.images[0]!.explained.image;
    await fs.writeFile(image, await fs.readFile(inWorkspace('street-portrait.png')));
    await until(() => panel.status.kind === 'changed', 'the news');
    await page.ask('explain', { prompts: ['a penguin'] });
    assert.notEqual(panel.images[0]!.explained.image.width, width);
    assert.equal(panel.status.kind, 'ready');
    await fs.delete(image);
  });

  it('a renamed image is followed: title, name, prompts and numbers stay', async () => {
    const image = await copyOf('space.png', 'before.png');
    const panel = await opened(image, ['a cow', 'a dog']);
    const numbers = panel.images[0]!.explained.prompts;
    const after = inWorkspace('after.png');
    const edit = new WorkspaceEdit();
    edit.renameFile(image, after);
    await workspace.applyEdit(edit);
    await until(() => panel.request.images[0] === after.toString(), 'the new name');
    await until(() => panel.images[0]!.name === 'after.png', 'the image’s new name');
    assert.equal(panel.webview.title, 'Explain: after.png');
    assert.equal(panel.images[0]!.explained.prompts, numbers);
    assert.equal(panel.images[0]!.explained.image.path, after.fsPath);
    const { testing } = await lens();
    const [latest] = testing.recentTree.getChildren();
    assert.deepEqual(
      (latest!.request as PanelRequest).images,
      [after.toString()],
      'it is found again among the recent ones',
    );
    await until(() => panel.status.kind === 'ready', 'quiet', { said: () => panel.status.kind });
    assert.ok((await panel.statistics(0)).vision.relevance.data.length > 0, 'heads are fetched from the new place');
    await fs.delete(after);
  });

  it('a deleted image leaves its picture, and says so; put back, all is well', async () => {
    const image = await copyOf('space.png', 'deleted.png');
    const { page, panel } = await explainedPage(request(image));
    await fs.delete(image);
    await until(() => panel.status.kind === 'gone', 'the news');
    assert.equal((await page.ask('open', null)).images.length, 1);
    await copyOf('space.png', 'deleted.png');
    await until(() => panel.status.kind !== 'gone', 'the better news');
    await page.ask('act', { action: 'retry' });
    await until(() => panel.status.kind === 'ready', 'the explanation');
    await fs.delete(image);
    await until(() => panel.status.kind === 'gone', 'the news');
    await rejectsWith(page.ask('explain', { prompts: ['a cat'] }), 'bad-file', /no such file/);
  });

  it('what is no image says so, and offers another image and not another model', async () => {
    const fake = inWorkspace('fake.jpg');
    await fs.writeFile(fake, new TextEncoder().encode('<html>not found</html>'));
    const { panel } = await panelWithPage(request(fake));
    await until(() => panel.status.kind === 'failed', 'the failure');
    const { status } = panel;
    assert.ok(status.kind === 'failed');
    assert.equal(status.error, 'bad-file');
    assert.match(status.message, /fake\.jpg as an image/);
    assert.ok(status.actions.includes('choose-image') && !status.actions.includes('choose-model'));
    await fs.delete(fake);
  });

  it('an image over the limit is refused before it is decoded; a higher limit heals the panel', async () => {
    const { testing } = await lens();
    const limit = (megapixels: number | undefined) =>
      workspace
        .getConfiguration('attentionLens')
        .update('imageLimitMegapixels', megapixels, ConfigurationTarget.Workspace);
    const large = inWorkspace('large.bmp');
    await fs.writeFile(large, bitmap(1200, 1000));
    try {
      await limit(1);
      await until(() => testing.settings().imageLimitMegapixels === 1, 'the limit');
      const { panel } = await panelWithPage(request(large));
      await until(() => panel.status.kind === 'failed', 'the failure');
      assert.match(JSON.stringify(panel.status), /1200 × 1000 pixels/);
      await limit(undefined);
      await until(() => panel.images.length === 1, 'the explanation', { said: () => JSON.stringify(panel.status) });
    } finally {
      await limit(undefined);
      await fs.delete(large);
    }
  });

  it('an image of a virtual file system is explained, as the same bytes on the disk', async () => {
    const { explain } = await lens();
    const memory = new MemoryFiles();
    const provider = workspace.registerFileSystemProvider('memfs', memory);
    const image = Uri.parse('memfs:/pictures/x.png');
    try {
      memory.set(image, await fs.readFile(inWorkspace('space.png')));
      const [virtual, local] = await Promise.all([
        explain(image, ['a cow']),
        explain(inWorkspace('space.png'), ['a cow']),
      ]);
      assert.deepEqual(virtual.prompts, local.prompts);
      const panel = await opened(image, ['a cow']);
      assert.equal(panel.images[0]!.name, 'x.png');
      memory.set(image, await fs.readFile(inWorkspace('street-portrait.png')));
      await until(() => panel.status.kind === 'changed', 'the news of a change');
      memory.remove(image);
      await until(() => panel.status.kind === 'gone', 'the news of its end');
      await rejectsWith(explain(image, ['a cow']), 'bad-file', /no such file/);
    } finally {
      provider.dispose();
    }
    await rejectsWith(explain(Uri.parse('nowhere:/x.png'), ['a cow']), 'bad-file', /x\.png/);
  });
}

/** An all-white BMP of 24 bits. */
function bitmap(width: number, height: number): Uint8Array {
  const bytes = Buffer.alloc(54 + 3 * width * height, 255);
  bytes.fill(0, 0, 54);
  bytes.write('BM', 0);
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}
