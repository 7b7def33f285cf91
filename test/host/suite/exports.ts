import assert from 'node:assert/strict';
import { Uri, window, workspace, type SaveDialogOptions } from 'vscode';
import type { ExportFormat, ExportRequest } from '../../../src/shared/panel-protocol';
import { readSafetensors } from '../../../src/shared/safetensors';
import { closePanels, copyOf, inWorkspace } from '../support/lens';
import { explainedPage, type Page } from '../support/page';
import { rejectsWith } from '../support/rejects';
import { withStub } from '../support/stub';

const prompts = ['a bald man', 'a rocket in space'];
const choice: ExportRequest = {
  format: 'png',
  image: 0,
  prompt: 1,
  method: 'relevance',
  layers: { first: 0, last: 5 },
  textLayers: { first: 0, last: 3 },
  colourMap: 'inferno',
  smooth: true,
  opacity: 0.6,
  scale: 'own',
};
const { fs } = workspace;

/** What the person answers to the save dialog, and what it had offered. */
async function saving<R>(name: string | undefined, task: () => Promise<R>): Promise<[R, SaveDialogOptions]> {
  const offered: SaveDialogOptions[] = [];
  const answer = (options: SaveDialogOptions) => {
    offered.push(options);
    return Promise.resolve(name === undefined ? undefined : inWorkspace(name));
  };
  const result = await withStub(window, 'showSaveDialog', answer, task);
  assert.equal(offered.length, 1);
  return [result, offered[0]!];
}

/** Files that the panel's buttons make. */
export function savedFiles(): void {
  let page: Page;
  before(async () => void (await fs.createDirectory(inWorkspace('saved'))));
  beforeEach(async () => {
    ({ page } = await explainedPage({ images: [inWorkspace('space.png').toString()], prompts, model: null }));
  });
  afterEach(closePanels);

  async function exported(format: ExportFormat, name: string, more: Partial<ExportRequest> = {}): Promise<Uint8Array> {
    const [done, { defaultUri, filters }] = await saving(name, () =>
      page.ask('export', { ...choice, ...more, format }),
    );
    assert.equal(done, true);
    assert.equal(Uri.joinPath(defaultUri!, '..').path, Uri.joinPath(inWorkspace('x'), '..').path, 'next to the image');
    assert.deepEqual(Object.values(filters!), [[format]]);
    return fs.readFile(inWorkspace(name));
  }

  it('a PNG of the image’s own size', async () => {
    const png = Buffer.from(await exported('png', 'saved/overlay.png'));
    assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    const original = Buffer.from(await fs.readFile(inWorkspace('space.png')));
    const size = (file: Buffer) => [file.readUInt32BE(16), file.readUInt32BE(20)];
    assert.deepEqual(size(png), size(original));
    assert.notDeepEqual(
      png,
      Buffer.from(await exported('png', 'saved/other.png', { prompt: 0 })),
      'another prompt, another picture',
    );
  });

  it('a PNG of a comparison has the scale that both pictures share', async () => {
    const alone = [await exportedAlone('space.png'), await exportedAlone('meadow.jpg')];
    await closePanels();
    const images = ['space.png', 'meadow.jpg'].map((name) => inWorkspace(name).toString());
    ({ page } = await explainedPage({ images, prompts, model: null }));
    const beside: Uint8Array[] = [];
    for (const image of [0, 1])
      beside.push(await exported('png', `saved/beside-${image}.png`, { image, scale: 'shared' }));
    // The stronger one of the two sets the scale: it looks as it does alone.
    const same = alone.map((png, i) => Buffer.from(png).equals(beside[i]!));
    assert.deepEqual([...same].sort(), [false, true]);

    async function exportedAlone(name: string): Promise<Uint8Array> {
      const own = await explainedPage({ images: [inWorkspace(name).toString()], prompts, model: null });
      page = own.page;
      return exported('png', `saved/alone-${name}.png`, { scale: 'shared' });
    }
  });

  it('JSON, as the API gives it', async () => {
    const json = JSON.parse(new TextDecoder().decode(await exported('json', 'saved/numbers.json'))) as {
      readonly method: string;
      readonly prompts: readonly { readonly text: string; readonly relevance: readonly (readonly number[])[] }[];
    };
    assert.equal(json.method, 'relevance');
    assert.deepEqual(json.prompts.map(({ text }) => text), prompts); // prettier-ignore
    assert.equal(json.prompts[0]!.relevance.length, 8);
  });

  it('safetensors with every head of both towers', async () => {
    const { tensors } = readSafetensors(await exported('safetensors', 'saved/heads.safetensors'));
    assert.deepEqual(tensors['vision.attention.5']!.dims.slice(-2), [65, 65]);
    for (const layer of [0, 1, 2, 3, 4, 5])
      for (const k of [0, 1]) assert.ok(tensors[`vision.gradient.${k}.${layer}`], `prompt ${k}, layer ${layer}`);
    assert.ok(tensors['text.attention.0']);
  });

  it('a report in one file that loads nothing', async () => {
    const html = new TextDecoder().decode(await exported('html', 'saved/report.html'));
    assert.match(html, /^<!doctype html>/i);
    assert.match(html, /a rocket in space/);
    assert.match(html, /data:image\/png;base64,/);
    assert.doesNotMatch(html, /(?:src|href)="https?:/);
  });

  it('what the page drew is saved under the name that it says, whatever that is', async () => {
    const [done, { defaultUri }] = await saving('saved/table.csv', () =>
      page.ask('save', { name: '../../etc/pass<wd>.csv', text: 'a,b\n1,2\n' }),
    );
    assert.equal(done, true);
    assert.match(defaultUri!.path, /\/passwd\.csv$/);
    assert.equal(Uri.joinPath(defaultUri!, '..').path, Uri.joinPath(inWorkspace('x'), '..').path);
    assert.equal(new TextDecoder().decode(await fs.readFile(inWorkspace('saved/table.csv'))), 'a,b\n1,2\n');
  });

  it('who changes their mind gets no file and no message', async () => {
    const [done] = await saving(undefined, () => page.ask('export', choice));
    assert.equal(done, false);
    const [saved] = await saving(undefined, () => page.ask('save', { name: 'x.svg', text: '<svg/>' }));
    assert.equal(saved, false);
  });

  it('a place that cannot be written to is said', async () => {
    await rejectsWith(
      saving('space.png/below/x.json', () => page.ask('export', { ...choice, format: 'json' })),
      'bad-file',
      /cannot be written/,
    );
  });

  it('a prompt that is no longer there, and layers that never were, are refused', async () => {
    await rejectsWith(page.ask('export', { ...choice, prompt: 5 }), 'usage', /no longer part/);
    await rejectsWith(page.ask('export', { ...choice, layers: { first: 0, last: 50 } }), 'usage', /do not exist/);
  });

  it('an image that has changed since is not painted with old numbers; its numbers are still saved', async () => {
    const image = await copyOf('space.png', 'to-change.png');
    const { page: other } = await explainedPage({ images: [image.toString()], prompts, model: null });
    await fs.writeFile(image, await fs.readFile(inWorkspace('street-portrait.png')));
    await rejectsWith(other.ask('export', choice), 'bad-file', /has changed/);
    const [done] = await saving('saved/late.json', () => other.ask('export', { ...choice, format: 'json' }));
    assert.equal(done, true);
    await fs.delete(image);
  });
}
