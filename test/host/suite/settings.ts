import assert from 'node:assert/strict';
import { ConfigurationTarget, workspace } from 'vscode';
import { explainedPage } from '../support/page';
import { closePanels, inWorkspace, lens } from '../support/lens';
import { until } from '../support/until';

const set = (name: string, value: unknown, target = ConfigurationTarget.Workspace) =>
  workspace.getConfiguration('attentionLens').update(name, value, target);

const request = { images: [inWorkspace('space.png').toString()], prompts: ['a cow'], model: null };

export function settings(): void {
  const changed = ['method', 'colourMap', 'layers', 'threads', 'live', 'logitScale', 'defaultPrompts', 'textLayers'];
  afterEach(async () => {
    for (const name of changed) await set(name, undefined);
    await closePanels();
  });

  it('without any, the defaults are in force', async () => {
    const { testing } = await lens();
    assert.deepEqual(testing.settings(), {
      model: 'emoji-clip',
      textModel: 'minilm',
      defaultPrompts: [],
      layers: null,
      textLayers: null,
      method: 'relevance',
      saliencyMethod: 'l2',
      maxTokens: 512,
      colourMap: 'inferno',
      live: true,
      threads: null,
      executionProvider: 'cpu',
      lowMemory: false,
      nodePath: null,
      logitScale: null,
      imageLimitMegapixels: 100,
    });
  });

  it('a change is followed at once, and a value that cannot be meant falls back', async () => {
    const { testing } = await lens();
    await set('colourMap', 'viridis');
    await until(() => testing.settings().colourMap === 'viridis', 'the change');
    await set('colourMap', 'jet');
    await until(() => testing.settings().colourMap === 'inferno', 'the default');
    await set('threads', -3);
    await set('layers', '5-2');
    assert.equal(testing.settings().threads, null);
    assert.equal(testing.settings().layers, null);
    await set('layers', '1-3');
    await until(() => testing.settings().layers !== null, 'layers');
    assert.deepEqual(testing.settings().layers, { first: 1, last: 3 });
  });

  it('a new panel starts with them', async () => {
    await set('method', 'rollout');
    await set('colourMap', 'turbo');
    await set('textLayers', 'last');
    await set('live', false);
    const { page } = await explainedPage(request);
    const { settings: said } = await page.ask('open', null);
    assert.deepEqual(said, { method: 'rollout', colourMap: 'turbo', layers: null, textLayers: 'last', live: false });
  });

  it('layers that the model does not have are left to its recommendation', async () => {
    await set('layers', '0-77');
    const { page } = await explainedPage(request);
    assert.equal((await page.ask('open', null)).settings.layers, null);
  });

  it('one that changes results is computed again in an open panel; one that does not is not', async () => {
    const { panel } = await explainedPage({ ...request, prompts: ['a cow', 'a rocket in space'] });
    const [before] = panel.images;
    await set('logitScale', 1);
    await until(
      () => panel.images[0] !== before && panel.images[0]?.explained.model.logitScale?.value === 1,
      'scale 1',
    );
    const flat = panel.images[0]!.explained.prompts.map(({ probability }) => probability);
    assert.ok(Math.max(...flat) < 0.9, `with a scale of 1 nothing is sure: ${flat.join(', ')}`);
    const explained = panel.images[0]!.explained;
    await set('colourMap', 'viridis');
    assert.equal(panel.images[0]!.explained, explained);
  });

  it('default prompts are what the setting says, trimmed', async () => {
    const { testing } = await lens();
    await set('defaultPrompts', [' a dog ', '', 'a cat']);
    await until(() => testing.settings().defaultPrompts.length > 0, 'prompts');
    assert.deepEqual(testing.settings().defaultPrompts, ['a dog', 'a cat']);
  });
}
