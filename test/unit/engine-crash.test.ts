import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeDeath, type Death } from '../../src/engine/crash';
import { nativeLoadSentence } from '../../src/engine/native-errors';
import { ortError } from '../../src/engine/ort-errors';
import { RestartBudget } from '../../src/engine/restart-budget';
import type { ErrorKind } from '../../src/shared/errors';

const death: Death = {
  code: null,
  signal: null,
  stderr: [],
  spawnError: null,
  silentMs: null,
  oomKilled: false,
  platform: 'linux',
  arch: 'x64',
};
const deaths: readonly [Partial<Death>, ErrorKind, RegExp][] = [
  [{ signal: 'SIGSEGV' }, 'crashed', /signal SIGSEGV/],
  [{ signal: 'SIGKILL' }, 'crashed', /SIGKILL.*want of memory/],
  [{ signal: 'SIGKILL', oomKilled: true }, 'out-of-memory', /ran out of memory/],
  [{ signal: 'SIGABRT', stderr: ['  what():  std::bad_alloc'] }, 'out-of-memory', /bad_alloc/],
  [
    { signal: 'SIGABRT', stderr: ['FATAL ERROR: Reached heap limit - JavaScript heap out of memory'] },
    'out-of-memory',
    /heap/,
  ],
  [{ code: 0xc0000017 | 0, platform: 'win32' }, 'out-of-memory', /0xC0000017/],
  [{ code: 0xc0000005, platform: 'win32' }, 'crashed', /access violation/],
  [{ code: 0xc0000135, platform: 'win32' }, 'crashed', /VC\+\+/],
  [
    { code: 1, stderr: ['Error: The specified module could not be found. error 126'], platform: 'win32' },
    'crashed',
    /VC\+\+/,
  ],
  [{ code: 1, stderr: ["node: /lib/libc.so.6: version `GLIBC_2.28' not found"] }, 'crashed', /GLIBC_2\.28/],
  [{ silentMs: 30_000 }, 'crashed', /30 s/],
  [{ spawnError: new Error('spawn x ENOENT') }, 'crashed', /ENOENT/],
  [
    {
      code: 1,
      stderr: ['file.js:3', '    throw x', '    ^', 'TypeError: x: y', '    at f (file.js:3:1)', 'Node.js v20'],
    },
    'crashed',
    /exit code 1\): TypeError: x: y\. Try/,
  ],
];
test('a death is described by its cause', () => {
  for (const [how, kind, says] of deaths) {
    const error = describeDeath({ ...death, ...how });
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, says);
  }
});

const loads: readonly [detail: string, platform: string, arch: string, RegExp][] = [
  [
    'The specified module could not be found.\n\\\\?\\C:\\x\\onnxruntime_binding.node',
    'win32',
    'x64',
    /VC\+\+.*vc_redist\.x64/,
  ],
  ["Cannot find module '../bin/napi-v6/darwin/x64/onnxruntime_binding.node'", 'darwin', 'x64', /Intel/],
  ['Error loading shared library ld-linux-x86-64.so.2: No such file or directory', 'linux', 'x64', /musl/],
  [
    "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.28' not found (required by x)",
    'linux',
    'x64',
    /GLIBC_2\.28.*Debian/,
  ],
  ["Cannot find module 'onnxruntime-node'", 'linux', 'x64', /not installed for linux-x64/],
  ['something else', 'linux', 'arm64', /could not be loaded on linux-arm64: something else/],
];
test('a library that cannot be loaded names what the machine lacks', () => {
  for (const [detail, platform, arch, says] of loads) {
    assert.match(nativeLoadSentence('onnxruntime-node', detail, { platform, arch }), says);
  }
});

const where =
  '/onnxruntime_src/onnxruntime/core/providers/cpu/math/element_wise_ops.h:563 void onnxruntime::BroadcastIterator::Init(ptrdiff_t, ptrdiff_t) axis == 1 || axis == largest was false. ';
const failures: readonly ['open' | 'run', string, string, ErrorKind, RegExp][] = [
  ['open', 'cpu', 'Load model from x.onnx failed:Protobuf parsing failed.', 'bad-file', /damaged/],
  ['open', 'cpu', 'Failed to load model because protobuf parsing failed.', 'bad-file', /damaged/],
  ['open', 'cpu', '[ONNXRuntimeError] : 10 : INVALID_GRAPH : This is an invalid model.', 'bad-file', /invalid model/],
  [
    'open',
    'cpu',
    'This is an invalid model. In Node, ("x", Foo) Error No Op registered for Foo with domain_version of 14',
    'unsupported-model',
    /Foo/,
  ],
  ['open', 'cpu', 'Fatal error: my:Op(-1) is not a registered function/op', 'unsupported-model', /my:Op/],
  [
    'open',
    'cpu',
    '[ONNXRuntimeError] : 9 : NOT_IMPLEMENTED : Could not find an implementation for X(1)',
    'unsupported-model',
    /X\(1\)/,
  ],
  ['open', 'cpu', 'std::bad_alloc', 'out-of-memory', /low-memory/],
  [
    'open',
    'cuda',
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'usage',
    /"cuda".*one of: cpu/,
  ],
  [
    'run',
    'cpu',
    'Failed to allocate memory for requested buffer of size 137438953472',
    'out-of-memory',
    /137438953472/,
  ],
  [
    'run',
    'cpu',
    'Unexpected input data type. Actual: (tensor(float)) , expected: (tensor(int64))',
    'bad-file',
    /tensor\(int64\)/,
  ],
  [
    'run',
    'cpu',
    `Non-zero status code returned while running Add node. Name:'/a/Add' Status Message: ${where}Attempting to broadcast an axis by a dimension other than 1. 5 by 7\n`,
    'bad-file',
    /: node "\/a\/Add" \(Add\): Attempting to broadcast.* 5 by 7\. Check/,
  ],
  ['run', 'cpu', 'Something new', 'internal', /Something new/],
];
test("ONNX Runtime's texts are given a class and a sentence", () => {
  for (const [doing, executionProvider, text, kind, says] of failures) {
    const error = ortError(new Error(text), { doing, executionProvider, availableProviders: ['cpu', 'cuda'] });
    assert.equal(error.kind, kind, text);
    assert.match(error.message, says);
    assert.doesNotMatch(error.message, /onnxruntime_src/);
  }
});

test('the restart budget counts within its window only, and stays spent', () => {
  const budget = new RestartBudget({ count: 2, windowMs: 1000 });
  for (const time of [0, 500, 1400, 2600]) budget.crashed(time);
  assert.equal(budget.spent, false);
  for (const time of [2700, 2800]) budget.crashed(time);
  assert.equal(budget.spent, true);
  budget.crashed(100_000);
  assert.equal(budget.spent, true);
  budget.reset();
  assert.equal(budget.spent, false);
});
