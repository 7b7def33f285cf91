import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineClient, EngineClientOptions, EngineState } from '../../src/engine/client';
import type { TraceResult } from '../../src/engine/protocol';
import type { Progress } from '../../src/shared/rpc/progress';
import {
  BadFile,
  Cancelled,
  EngineCrashed,
  LensError,
  OutOfMemory,
  UsageError,
  UnsupportedModel,
} from '../../src/shared/errors';
import { floatTensor, int64Tensor, type TensorMap } from '../../src/shared/tensor';
import { doing, testEngine } from './support/engine';

const engineTest = (
  name: string,
  body: (engine: EngineClient) => Promise<void>,
  options?: Partial<EngineClientOptions>,
) =>
  void test(name, { timeout: 60_000 }, async () => {
    const engine = testEngine(options);
    try {
      await body(engine);
    } finally {
      await engine.dispose();
    }
  });
/** A call whose work is known to have begun. */
async function begun(
  engine: EngineClient,
  verb: string,
  signal?: AbortSignal,
): Promise<{ result: Promise<TraceResult> }> {
  let result: Promise<TraceResult> | undefined;
  await new Promise<void>((resolve, reject) => {
    result = engine.call('trace', doing(verb), { signal, onProgress: () => resolve() });
    result.catch(reject);
  });
  return { result: result as Promise<TraceResult> };
}
const pidOf = (result: TraceResult): number => Number(result.tensors['pid']?.data[0]);
const runsOf = (result: TraceResult): number => Number(result.tensors['runs']?.data[0]);

engineTest('a call answers, and tensors of every kind come back as they went', async (engine) => {
  const inputs: TensorMap = {
    x: floatTensor([2, 2], Float32Array.of(1, -2.5, NaN, Infinity)),
    ids: int64Tensor([3], [1, -2, 2 ** 53]),
    half: { dtype: 'float16', dims: [1], data: Uint16Array.of(0x3c00) },
    mask: { dtype: 'bool', dims: [3], data: Uint8Array.of(1, 0, 1) },
    none: floatTensor([0, 4], new Float32Array()),
  };
  const { tensors } = await engine.call('trace', doing('echo', inputs));
  assert.deepEqual(tensors, inputs);
  for (const { data } of Object.values(tensors))
    assert.equal(data.buffer.byteLength, data.byteLength, 'owns its bytes');
});

engineTest('50 MB of tensors cross within seconds', async (engine) => {
  await engine.call('ping', null);
  const data = Float32Array.from({ length: 13_107_200 }, (_, i) => i);
  const start = performance.now();
  const { tensors } = await engine.call('trace', doing('echo', { big: floatTensor([data.length], data) }));
  const ms = performance.now() - start;
  const back = tensors['big']?.data;
  assert.ok(back instanceof Float32Array);
  assert.equal(Buffer.compare(Buffer.from(back.buffer, back.byteOffset, back.byteLength), Buffer.from(data.buffer)), 0);
  assert.ok(ms < 10_000, `${ms.toFixed(0)} ms both ways`);
});

engineTest('errors keep their class, their sentence and the stack of where they happened', async (engine) => {
  for (const [name, type] of [
    ['usage', UsageError],
    ['unsupported', UnsupportedModel],
    ['file', BadFile],
    ['memory', OutOfMemory],
  ] as const) {
    const error = await engine.call('trace', doing(`throw:${name}`)).catch((e: unknown) => e);
    assert.ok(error instanceof type);
    assert.equal(error.message, `A sentence about ${name}.`);
    assert.match(error.stack ?? '', /engine-child/);
  }
  await assert.rejects(
    engine.call('preprocess', { image: { path: 'x' }, config: 'y' }),
    (error) => error instanceof LensError && error.kind === 'internal' && error.message === 'a bug',
  );
});

engineTest('progress reaches the caller in order', async (engine) => {
  const seen: Progress[] = [];
  await engine.call('trace', doing('progress'), { onProgress: (p) => seen.push(p) });
  assert.deepEqual(
    seen.map((p) => p.fraction),
    [null, 0, 0.5, 1],
  );
});

engineTest('several callers are answered, in turn', async (engine) => {
  const results = await Promise.all([50, 1, 20].map((ms) => engine.call('trace', doing(`sleep:${ms}`))));
  assert.deepEqual(results.map(runsOf), [1, 2, 3]);
});

engineTest('parameters that are malformed are refused by name, and the engine lives on', async (engine) => {
  const wrong = doing('echo', { x: { dtype: 'int64', dims: [1], data: Float32Array.of(1) } });
  await assert.rejects(
    engine.call('trace', wrong),
    (e) => e instanceof UsageError && /inputs\.x.*dtype/.test(e.message),
  );
  const short = doing('echo', { x: { dtype: 'float32', dims: [2], data: Float32Array.of(1) } });
  await assert.rejects(engine.call('trace', short), /inputs\.x.*shape/);
  await assert.rejects(engine.call('trace', { model: 5 } as never), UsageError);
  await assert.rejects(engine.call('constructor' as never, null as never), /no method "constructor"/);
  const pid = engine.pid;
  await engine.call('ping', null);
  assert.equal(engine.pid, pid);
});

engineTest('what cannot be sent is an error of its own call, at either end', async (engine) => {
  await assert.rejects(engine.call('trace', { ...doing('echo'), extra: () => 1 } as never), /could not be sent/);
  await assert.rejects(engine.call('trace', doing('unclonable')), LensError);
  await engine.call('ping', null);
});

engineTest('malformed messages of the child are dropped', async (engine) => {
  await engine.call('trace', doing('garbage'));
  await engine.call('ping', null);
});

engineTest('an abort rejects at once, ends the work, and the next call works', async (engine) => {
  const first = pidOf(await engine.call('trace', doing('pid')));
  const abort = new AbortController();
  const blocked = await begun(engine, 'block:20000', abort.signal);
  const start = performance.now();
  abort.abort();
  await assert.rejects(blocked.result, Cancelled);
  assert.ok(performance.now() - start < 1000);
  const second = pidOf(await engine.call('trace', doing('pid')));
  assert.notEqual(second, first);
  assert.throws(() => process.kill(first, 0), 'the blocked process is gone');
});

engineTest('calls that waited behind an aborted one are answered by the new process', async (engine) => {
  const abort = new AbortController();
  const blocked = await begun(engine, 'block:20000', abort.signal);
  const others = [engine.call('trace', doing('pid')), engine.call('trace', doing('sleep:5'))];
  const before = engine.pid;
  abort.abort();
  await assert.rejects(blocked.result, Cancelled);
  const [a, b] = await Promise.all(others);
  assert.ok(a && b);
  assert.notEqual(pidOf(a), before);
  assert.equal(pidOf(a), pidOf(b));
});

engineTest('a call that is aborted while it waits does not disturb the one that runs', async (engine) => {
  const running = await begun(engine, 'sleep:400');
  const abort = new AbortController();
  const waiting = engine.call('trace', doing('pid'), { signal: abort.signal });
  const last = engine.call('trace', doing('pid'));
  abort.abort();
  await assert.rejects(waiting, Cancelled);
  const pid = pidOf(await running.result);
  const after = await last;
  assert.equal(pidOf(after), pid);
  assert.equal(runsOf(after), 2, 'the aborted one never ran');
});

engineTest('a short call is answered between the parts of a long one', async (engine) => {
  const long = await begun(engine, 'parts:20');
  let ended = false;
  void long.result.then(() => (ended = true));
  const pid = pidOf(await engine.call('trace', doing('pid')));
  assert.equal(ended, false);
  assert.equal(pidOf(await long.result), pid);
});

engineTest('long work in parts is cancelled between them, and its process lives on', async (engine) => {
  const abort = new AbortController();
  const long = await begun(engine, 'parts:1000', abort.signal);
  const { pid } = engine;
  const after = engine.call('trace', doing('sleep:700'));
  abort.abort();
  await assert.rejects(long.result, Cancelled);
  assert.equal(pidOf(await after), pid, 'also when the time for ending by itself is over');
  assert.equal(pidOf(await engine.call('trace', doing('pid'))), pid);
});

engineTest('work that was aborted and ends soon leaves its process alone', async (engine) => {
  const abort = new AbortController();
  const running = await begun(engine, 'sleep:100', abort.signal);
  const { pid } = engine;
  abort.abort();
  await assert.rejects(running.result, Cancelled);
  await delay(700);
  assert.equal(pidOf(await engine.call('trace', doing('pid'))), pid);
});

engineTest(
  'a process that does not even hear of an abort is ended',
  async (engine) => {
    const frozen = pidOf(await engine.call('trace', doing('pid')));
    process.kill(frozen, 'SIGSTOP');
    const abort = new AbortController();
    const waiting = engine.call('trace', doing('pid'), { signal: abort.signal });
    abort.abort();
    await assert.rejects(waiting, Cancelled);
    assert.notEqual(pidOf(await engine.call('trace', doing('pid'))), frozen);
  },
  { heartbeat: null },
);

engineTest('a signal that is aborted already starts nothing', async (engine) => {
  await assert.rejects(engine.call('ping', null, { signal: AbortSignal.abort() }), Cancelled);
  assert.equal(engine.state, 'stopped');
});

engineTest('kill -9 rejects what was in flight with EngineCrashed, and the next call works', async (engine) => {
  const running = await begun(engine, 'sleep:20000');
  const first = engine.pid ?? 0;
  const calls = [running.result, engine.call('trace', doing('pid'))];
  process.kill(first, 'SIGKILL');
  for (const call of await Promise.allSettled(calls)) {
    assert.equal(call.status, 'rejected');
    assert.ok(call.reason instanceof EngineCrashed);
    assert.match(call.reason.message, /SIGKILL.*memory/s);
  }
  assert.notEqual(pidOf(await engine.call('trace', doing('pid'))), first);
});

engineTest('a native abort, an exit and an uncaught error say what happened', async (engine) => {
  await assert.rejects(engine.call('trace', doing('abort')), /SIGABRT|exit code/);
  await assert.rejects(
    engine.call('trace', doing('exit:the last words')),
    (e) => e instanceof EngineCrashed && /exit code 3.*the last words/.test(e.message),
  );
  await assert.rejects(
    engine.call('trace', doing('uncaught')),
    (e) => e instanceof EngineCrashed && /exit code 70.*nobody caught this/.test(e.message),
  );
});

engineTest('a child that dies of std::bad_alloc ran out of memory', async (engine) => {
  const words = "exit:terminate called after throwing an instance of 'std bad_alloc'";
  await assert.rejects(engine.call('trace', doing(words)), OutOfMemory);
});

engineTest(
  'a crash loop ends with a clear error, until it is reset',
  async (engine) => {
    for (let i = 0; i < 3; i++) await assert.rejects(engine.call('trace', doing('exit:bang')), /bang/);
    assert.equal(engine.state, 'failed');
    await assert.rejects(
      engine.call('ping', null),
      (e) => e instanceof EngineCrashed && /too often.*bang/.test(e.message),
    );
    assert.equal(engine.pid, null);
    engine.reset();
    await engine.call('ping', null);
  },
  { restartBudget: { count: 2, windowMs: 60_000 } },
);

const states: EngineState[] = [];
engineTest(
  'an idle child is stopped, and started again by the next call; states are told in order',
  async (engine) => {
    assert.equal(engine.pid, null, 'lazy');
    await engine.call('ping', null);
    const first = engine.pid;
    for (let i = 0; i < 100 && engine.pid !== null; i++) await delay(50);
    assert.equal(engine.pid, null);
    await engine.call('trace', doing('sleep:200'));
    assert.notEqual(engine.pid, first);
    assert.deepEqual(states, ['starting', 'busy', 'idle', 'stopped', 'starting', 'busy', 'idle']);
  },
  { idleTimeoutMs: 100, onState: (state) => states.push(state) },
);

engineTest(
  'start brings the child up before it is called; nobody calls, and it is stopped; what crashed too often is left alone',
  async (engine) => {
    engine.start();
    const first = engine.pid;
    assert.ok(first !== null);
    engine.start();
    assert.equal(engine.pid, first, 'one is enough');
    assert.equal(pidOf(await engine.call('trace', doing('pid'))), first);
    engine.start();
    for (let i = 0; i < 100 && engine.pid !== null; i++) await delay(50);
    assert.equal(engine.state, 'stopped');
    await assert.rejects(engine.call('trace', doing('exit:bang')), /bang/);
    assert.equal(engine.state, 'failed');
    engine.start();
    assert.equal(engine.pid, null);
  },
  { idleTimeoutMs: 3000, restartBudget: { count: 0, windowMs: 60_000 } },
);

const heartbeat = { intervalMs: 50, idleLimitMs: 5000, busyLimitMs: 60_000 };
engineTest(
  'a child that is blocked by work that it announced is not ended for its silence',
  async (engine) => {
    await engine.call('ping', null);
    const pid = engine.pid;
    assert.equal(pidOf(await engine.call('trace', doing('block:6500'))), pid);
  },
  { heartbeat },
);
engineTest(
  'a child that hangs without having begun anything is ended, with a sentence',
  async (engine) => {
    await assert.rejects(
      engine.call('diagnostics', { load: true }),
      (e) => e instanceof EngineCrashed && /no sign of life for 5 s/.test(e.message),
    );
    await engine.call('ping', null);
  },
  { heartbeat },
);

engineTest('dispose ends the child and rejects what waits and what comes', async (engine) => {
  await engine.call('ping', null);
  const pid = engine.pid ?? 0;
  const waiting = engine.call('trace', doing('sleep:20000'));
  const closed = engine.dispose();
  await assert.rejects(waiting, Cancelled);
  await closed;
  assert.throws(() => process.kill(pid, 0));
  await assert.rejects(engine.call('ping', null), Cancelled);
  assert.equal(engine.state, 'disposed');
});

test('a node that is not there, and an engine that is not there, are said to be so', async () => {
  const noNode = testEngine({ execPath: '/no/such/node' });
  await assert.rejects(
    noNode.call('ping', null),
    (e) => e instanceof EngineCrashed && /ENOENT.*path of node/.test(e.message),
  );
  await noNode.dispose();
  const noEngine = testEngine({ enginePath: '/no/such/engine.cjs', execArgv: [] });
  await assert.rejects(
    noEngine.call('ping', null),
    (e) => e instanceof EngineCrashed && /Cannot find module/.test(e.message),
  );
  await noEngine.dispose();
});

test('a program that has its answers ends by itself, and takes the child along', { timeout: 60_000 }, async () => {
  const script = `
    import { testEngine } from './test/unit/support/engine';
    const engine = testEngine();
    await engine.call('ping', null);
    console.log(engine.pid);`;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  parent.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(parent, 'close')) as [number];
  assert.equal(code, 0);
  const pid = Number(output.trim());
  assert.ok(pid > 0);
  for (let i = 0; i < 50 && alive(pid); i++) await delay(20);
  assert.ok(!alive(pid));
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // In a container whose first process reaps nobody, an orphan that ended stays as a zombie.
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
