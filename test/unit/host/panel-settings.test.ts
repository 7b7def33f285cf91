import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelSettings } from '../../../src/host/panels/panel-settings';
import { resultsDiffer } from '../../../src/host/results-differ';
import { readSettings, type SettingName, type Settings } from '../../../src/host/settings';
import { explanation } from '../support/explanation';

const settings = (said: Partial<Record<SettingName, unknown>> = {}): Settings =>
  readSettings({ get: (name) => said[name], warn: (sentence) => assert.fail(sentence), workspaceFolder: null });

test('layers that the model does not have are left to its own recommendation; others are kept', () => {
  // 3 layers in the image tower, 2 in the text tower.
  const explained = explanation();
  const { layers, textLayers } = panelSettings(settings({ layers: '0-11', textLayers: '0-1' }), explained);
  assert.equal(layers, null);
  assert.deepEqual(textLayers, { first: 0, last: 1 });
  assert.equal(panelSettings(settings({ layers: 'all' }), explained).layers, 'all');
});

test('before the first explanation, settings are passed as they are', () => {
  assert.deepEqual(panelSettings(settings({ layers: '0-11' }), null).layers, { first: 0, last: 11 });
});

test('panels explain again when a setting changes the numbers, not when it changes looks or speed', () => {
  assert.ok(resultsDiffer('image', settings(), settings({ model: 'other' })));
  assert.ok(resultsDiffer('image', settings(), settings({ logitScale: 10 })));
  assert.ok(
    !resultsDiffer('image', settings(), settings({ colourMap: 'viridis', threads: 2, live: false, layers: 'all' })),
  );
});

test('panels of texts follow their own settings', () => {
  assert.ok(resultsDiffer('text', settings(), settings({ textModel: 'other' })));
  assert.ok(resultsDiffer('text', settings(), settings({ maxTokens: 64 })));
  assert.ok(!resultsDiffer('text', settings(), settings({ model: 'other', saliencyMethod: 'ig', logitScale: 10 })));
  assert.ok(!resultsDiffer('image', settings(), settings({ textModel: 'other', maxTokens: 64 })));
});
