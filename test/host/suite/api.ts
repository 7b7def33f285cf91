import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Uri, workspace } from 'vscode';
import { closePanels, extension, inWorkspace, lens, opened, panelTabs } from '../support/lens';
import { nativeLibraries } from '../support/native';
import { rejectsWith } from '../support/rejects';
import { until } from '../support/until';

interface Golden {
  readonly image: string;
  readonly prompts: readonly string[];
  readonly logits: readonly number[];
  readonly probabilities: readonly number[];
  readonly token_relevance_last: readonly (readonly number[])[];
  readonly token_relevance_all: readonly (readonly number[])[];
}
const goldens = JSON.parse(
  readFileSync(Uri.joinPath(extension.extensionUri, 'models/emoji-clip/golden.json').fsPath, 'utf8'),
) as Golden[];

const near = (actual: readonly number[], expected: readonly number[], what: string): void => {
  assert.equal(actual.length, expected.length, what);
  actual.forEach((x, i) => assert.ok(Math.abs(x - expected[i]!) <= 2e-3, `${what}[${i}]: ${x}, golden ${expected[i]}`));
};

const space = inWorkspace('space.png');

export function api(): void {
  afterEach(closePanels);

  for (const golden of goldens)
    it(`explains ${golden.image} with PyTorch’s numbers`, async () => {
      const { explain } = await lens();
      const image = inWorkspace(golden.image);
      const all = await explain(image, golden.prompts, { layers: 'all', textLayers: 'all' });
      const last = await explain(image, golden.prompts, { layers: 'last', textLayers: 'last' });
      near(all.prompts.map(({ logit }) => logit), golden.logits, 'logits'); // prettier-ignore
      near(all.prompts.map(({ probability }) => probability), golden.probabilities, 'probabilities'); // prettier-ignore
      for (const k of golden.prompts.keys()) {
        const tokens = (of: typeof all) => of.prompts[k]!.tokens.map(({ relevance }) => relevance);
        near(tokens(all), golden.token_relevance_all[k]!, `${golden.prompts[k]}, all layers`);
        near(tokens(last), golden.token_relevance_last[k]!, `${golden.prompts[k]}, last layer`);
      }
    });

  it('says all that its types say, as plain data, and shows nothing', async () => {
    const { explain } = await lens();
    const result = await explain(space, ['a rocket in space', 'a cow'], {
      method: 'signed',
      layers: { first: 2, last: 4 },
    });
    assert.deepEqual(JSON.parse(JSON.stringify(result)), result, 'nothing in it is lost as JSON');
    assert.equal(result.model, 'emoji-clip');
    assert.equal(result.method, 'signed');
    assert.deepEqual(result.layers.vision, [2, 4]);
    assert.equal(result.image.path, space.fsPath);
    const [rocket] = result.prompts;
    assert.deepEqual(rocket!.words.map(({ text }) => text), ['a', 'rocket', 'in', 'space']); // prettier-ignore
    assert.deepEqual([rocket!.relevance.length, rocket!.relevance[0]!.length], [...rocket!.grid]);
    assert.ok(
      rocket!.relevance.flat().some((value) => value < 0),
      'signed relevance has negative patches',
    );
    assert.deepEqual(panelTabs(), []);
  });

  it('tidies prompts as the input box does, and a repeated one is explained once', async () => {
    const { explain } = await lens();
    const { prompts } = await explain(space, ['  a   cow ', 'A COW', 'a dog; or a cat']);
    assert.deepEqual(prompts.map(({ text }) => text), ['a cow', 'a dog; or a cat']); // prettier-ignore
  });

  it('refuses with a kind and a sentence', async () => {
    const { explain, open } = await lens();
    await rejectsWith(explain(space, []), 'usage', /no prompt/);
    await rejectsWith(explain(space, ['  ']), 'usage', /no prompt/);
    await rejectsWith(explain(space, ['x'.repeat(2001)]), 'usage', /2001 characters/);
    await rejectsWith(explain('space.png' as unknown as Uri, ['a cow']), 'usage', /vscode\.Uri/);
    await rejectsWith(explain(space, 'a cow' as unknown as string[]), 'usage', /list of strings/);
    await rejectsWith(explain(space, ['a cow'], { method: 'magic' as 'raw' }), 'usage', /no method "magic"/);
    await rejectsWith(explain(space, ['a cow'], { layers: '9-2' }), 'usage', /backwards/);
    await rejectsWith(explain(space, ['a cow'], { layers: '0-99' }), 'usage', /do not exist/);
    await rejectsWith(explain(inWorkspace('none.png'), ['a cow']), 'bad-file', /no such file/);
    await rejectsWith(explain(inWorkspace('.'), ['a cow']), 'bad-file', /folder/);
    await rejectsWith(explain(space, ['a cow'], { model: '/no/such/model' }), 'bad-file', /model/);
    await rejectsWith(open(space, []), 'usage', /no prompt/);
    await rejectsWith(open(Uri.from({ scheme: 'memfs' }), ['a cow']), 'usage', /with a path/);
    await rejectsWith(explain(space, ['a cow'], { layers: Symbol('x') as unknown as string }), 'usage', /no layers/);
    const fake = inWorkspace('fake.png');
    await workspace.fs.writeFile(fake, new TextEncoder().encode('this is no picture'));
    await rejectsWith(explain(fake, ['a cow']), 'bad-file', /fake\.png as an image/);
    await workspace.fs.writeFile(fake, new Uint8Array());
    await rejectsWith(explain(fake, ['a cow']), 'bad-file', /is empty/);
    await workspace.fs.delete(fake);
  });

  it('can be aborted, before and while it works, and works after that', async () => {
    const { explain } = await lens();
    await rejectsWith(explain(space, ['a cow'], { signal: AbortSignal.abort() }), 'cancelled', /./);
    const abort = new AbortController();
    // Many prompts, so that it is at work when it is aborted.
    const many = Array.from({ length: 64 }, (_, i) => `a cow number ${i}`);
    const working = explain(space, many, { signal: abort.signal });
    setTimeout(() => abort.abort(), 30);
    await rejectsWith(working, 'cancelled', /./);
    assert.equal((await explain(space, ['a cow'])).prompts[0]!.probability, 1);
  });

  it('opens a panel', async () => {
    const panel = await opened(space, ['a bald man', 'a cow']);
    assert.deepEqual(panelTabs(), ['Explain: space.png']);
    assert.deepEqual(panel.request.prompts, ['a bald man', 'a cow']);
  });

  it('what fails while a panel opens is said in the panel', async () => {
    const { open, testing } = await lens();
    await open(inWorkspace('none.png'), ['a cow']);
    const [panel] = testing.panels.all;
    await until(() => panel!.status.kind === 'failed', 'the failure');
  });

  it('native code stays in the engine’s process', async () => {
    const { testing } = await lens();
    assert.ok(testing.engine.pid !== null && testing.engine.pid !== process.pid);
    assert.deepEqual(nativeLibraries(), []);
  });
}
