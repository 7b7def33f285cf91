import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnosticsText, type HostFacts } from '../../../src/host/diagnostics-text';
import type { Diagnostics } from '../../../src/engine/protocol';
import { EngineCrashed } from '../../../src/shared/errors';

const facts: HostFacts = {
  extension: 'attention-lens.attention-lens 0.1.0',
  editor: 'Visual Studio Code 1.100.0, desktop, remote: none',
  system: 'linux 6.1 x64',
  node: '20.19.0, Electron 34.0.0',
  trusted: false,
  engineState: 'idle',
  settings: { model: null, threads: 2 },
  failure: null,
};

const engine: Diagnostics = {
  pid: 7,
  node: '20.19.0',
  electron: null,
  platform: 'linux',
  arch: 'x64',
  onnxruntime: { version: '1.30.0', error: null },
  executionProviders: ['cpu'],
  sharp: { version: null, error: 'libvips is missing' },
  memory: { resident: 100 * 2 ** 20, heap: 2 ** 20, total: 8 * 2 ** 30, free: 2 ** 30 },
  sessions: [{ files: ['/m/vision.onnx'], bytes: 30 * 2 ** 20, inUse: true }],
};

test('diagnostics name versions, settings, libraries and sessions', () => {
  const text = diagnosticsText(facts, engine);
  for (const said of [
    'attention-lens.attention-lens 0.1.0',
    'Visual Studio Code 1.100.0',
    '- workspace trusted: no',
    '- model: null',
    '- threads: 2',
    '- onnxruntime-node: 1.30.0; execution providers: cpu',
    '- sharp: does not load: libvips is missing',
    '  - /m/vision.onnx (30 MB, in use)',
    'none since the window was opened',
  ])
    assert.ok(text.includes(said), said);
});

test('an engine that does not answer is part of the answer, and so is the last error with its stack', () => {
  const error = new EngineCrashed('The engine ended with SIGSEGV. Try again.');
  const text = diagnosticsText({ ...facts, failure: { time: 0, error } }, new Error('It did not answer within 5 s.'));
  assert.match(text, /- state: idle\n- no answer: It did not answer within 5 s\./);
  assert.match(text, /1970-01-01T00:00:00\.000Z\n```\nEngineCrashed: The engine ended with SIGSEGV[^]*at /);
});
