import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EngineClient } from '../../src/engine/client';
import { bundleEngine } from './support/build';

const root = fileURLToPath(new URL('../../', import.meta.url));
// Inside node_modules, so that the bundle finds the native packages.
mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
const folder = mkdtempSync(join(root, 'node_modules/.cache/engine-'));
after(() => rmSync(folder, { recursive: true }));

test('the bundled child starts without native code, and loads it when it is needed', { timeout: 60_000 }, async () => {
  const enginePath = join(folder, 'engine.cjs');
  await bundleEngine(folder);
  const engine = new EngineClient({ enginePath });
  try {
    const before = await engine.call('diagnostics', { load: false });
    assert.deepEqual(before.onnxruntime, { version: null, error: null });
    assert.deepEqual(before.sharp, { version: null, error: null });
    assert.deepEqual(before.executionProviders, []);
    const after = await engine.call('diagnostics', { load: true });
    assert.match(after.onnxruntime.version ?? '', /^\d+\.\d+/);
    assert.match(after.sharp.version ?? '', /^\d+\.\d+/);
    assert.ok(after.executionProviders.includes('cpu'));
    assert.equal(after.pid, engine.pid);
    assert.equal(after.node, process.versions.node);
    assert.ok(after.memory.resident > before.memory.resident);
    assert.deepEqual(after.sessions, []);
  } finally {
    await engine.dispose();
  }
});
