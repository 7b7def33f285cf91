import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restoredView } from '../../../webview/state/restored-view';
import { initialView } from '../../../webview/state/view';
import { panelState } from '../../webview/support/states';

const initial = initialView(panelState('one-prompt', [], []))!;

test('a view comes back as it was kept', () => {
  const changed = { ...initial, method: 'raw', layer: 3, overlay: { ...initial.overlay, opacity: 0.4, on: false }, sort: { by: 'logit', ascending: true } }; // prettier-ignore
  assert.deepEqual(restoredView(JSON.parse(JSON.stringify(changed)), initial), changed);
});

test('parts that another version wrote otherwise, or left out, are as at the start; the rest comes back', () => {
  const older = Object.fromEntries(Object.entries(initial).filter(([key]) => key !== 'overlay'));
  const kept = {
    ...older,
    method: 'occlusion',
    layer: -1,
    layers: { first: 5, last: 2 },
    live: true,
    heads: { pane: 'model', quantity: 7 },
  };
  const restored = restoredView(kept, initial);
  assert.deepEqual(restored.overlay, initial.overlay);
  assert.equal(restored.method, initial.method);
  assert.equal(restored.layer, initial.layer);
  assert.deepEqual(restored.layers, initial.layers);
  assert.equal(restored.live, true);
  assert.deepEqual(restored.heads, { ...initial.heads, pane: 'model' });
});

test('whatever was kept, a whole view comes back', () => {
  for (const kept of [null, 7, 'view', [], { overlay: null, heads: 'x' }, { __proto__: { layer: 2 } }])
    assert.deepEqual(restoredView(kept, initial), initial);
});
