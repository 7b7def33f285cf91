import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { readSettings, type SettingName, type Settings } from '../../../src/host/settings';

function read(values: Partial<Record<SettingName, unknown>>, workspaceFolder: string | null = '/work/space') {
  const warnings: string[] = [];
  const settings = readSettings({ get: (name) => values[name], warn: (s) => warnings.push(s), workspaceFolder });
  return { settings, warnings };
}

void test('good values are taken', () => {
  const { settings, warnings } = read({
    model: 'emoji-clip',
    textModel: 'minilm',
    defaultPrompts: [' a cow ', '', 'a dog'],
    method: 'grad-cam',
    layers: '2-4',
    textLayers: 'Last',
    saliencyMethod: 'grad-x-input',
    maxTokens: 128,
    colourMap: 'viridis',
    live: false,
    logitScale: 100,
    imageLimitMegapixels: 12.5,
    threads: 3,
    memoryMode: 'low',
    executionProvider: ' cuda ',
    nodePath: '/usr/bin/node',
  });
  assert.deepEqual(warnings, []);
  const expected: Settings = {
    model: 'emoji-clip',
    textModel: 'minilm',
    defaultPrompts: ['a cow', 'a dog'],
    method: 'grad-cam',
    layers: { first: 2, last: 4 },
    textLayers: 'last',
    saliencyMethod: 'grad-x-input',
    maxTokens: 128,
    colourMap: 'viridis',
    live: false,
    logitScale: 100,
    imageLimitMegapixels: 12.5,
    threads: 3,
    lowMemory: true,
    executionProvider: 'cuda',
    nodePath: '/usr/bin/node',
  };
  assert.deepEqual(settings, expected);
});

void test('what cannot be meant falls back to the default, with a sentence that names setting and value', () => {
  const defaults = read({}).settings;
  const bad: readonly (readonly [SettingName, unknown])[] = [
    ['model', 7],
    ['textModel', 7],
    ['saliencyMethod', 'shap'],
    ['maxTokens', 7],
    ['maxTokens', 64.5],
    ['defaultPrompts', 'a cow'],
    ['defaultPrompts', ['a cow', 3]],
    ['method', 'magic'],
    ['layers', '5-2'],
    ['textLayers', 'first'],
    ['colourMap', 'jet'],
    ['live', 'yes'],
    ['logitScale', -1],
    ['logitScale', Infinity],
    ['imageLimitMegapixels', 0],
    ['threads', 1.5],
    ['threads', -1],
    ['memoryMode', 'some'],
    ['executionProvider', 'cpu; rm'],
    ['nodePath', 'node'],
  ];
  for (const [name, value] of bad) {
    const { settings, warnings } = read({ [name]: value });
    assert.deepEqual(settings, defaults, name);
    assert.equal(warnings.length, 1, name);
    assert.match(warnings[0]!, new RegExp(`^The setting "attentionLens\\.${name}" is .+; .+\\. .+ is used\\.$`));
  }
});

void test('nothing said, null and empty text are defaults, and no mistake', () => {
  for (const nothing of [undefined, null, ''])
    assert.deepEqual(read({ model: nothing, nodePath: nothing, layers: nothing, logitScale: nothing }).warnings, []);
  assert.equal(read({ layers: 'recommended' }).settings.layers, null);
  assert.equal(read({ threads: 0 }).settings.threads, null);
});

void test('a model is a name, or a folder: absolute, of the home folder, or of the workspace', () => {
  const model = (text: string, folder: string | null = '/work/space') => read({ model: text }, folder).settings.model;
  assert.equal(model('/models/clip'), '/models/clip');
  assert.equal(model('~/clip'), join(homedir(), 'clip'));
  assert.equal(model('${workspaceFolder}/clip'), '/work/space/clip');
  assert.equal(model('./models/clip'), resolve('/work/space/models/clip'));
  assert.equal(model('./clip', null), null);
  assert.equal(read({ model: '${workspaceFolder}/clip' }, null).warnings.length, 1);
});
