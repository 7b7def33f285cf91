import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { identifyFile } from '../../src/engine/files';
import { nativeLibraries } from '../../src/engine/native';
import type { SessionOptions } from '../../src/engine/protocol';
import { defaultLimits, Sessions, type SessionKey, type SessionSource } from '../../src/engine/sessions';
import { BadFile, LensError, UnsupportedModel, UsageError } from '../../src/shared/errors';
import { floatTensor, int64Tensor, type TensorMap } from '../../src/shared/tensor';

const folder = mkdtempSync(join(tmpdir(), 'lens-sessions-'));
after(() => rmSync(folder, { recursive: true }));
const fixture = fileURLToPath(new URL('../fixtures/distilbert.ts14/model.onnx', import.meta.url));
const { ort } = nativeLibraries();

const sessions = (limits = defaultLimits) => new Sessions(() => ort.get(), limits);
const keyOf = async (path: string, request = ''): Promise<SessionKey> => ({
  files: [await identifyFile(path)],
  request,
});

/** A copy of the fixture under a name of its own, how to build it, and how often that was done. */
function model(name: string) {
  const path = join(folder, name);
  copyFileSync(fixture, path);
  const built = { count: 0 };
  const build = async (): Promise<SessionSource> => {
    built.count++;
    return { model: readFileSync(path), folder };
  };
  const open = async (cache: Sessions, options: SessionOptions = {}, request = '') =>
    cache.open(await keyOf(path, request), build, options);
  return { path, built, build, open };
}

const feeds = (): TensorMap => ({
  input_ids: int64Tensor([2, 5], [5, 6, 7, 8, 9, 10, 11, 12, 13, 14]),
  attention_mask: int64Tensor([2, 5], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]),
});

test('a session runs and answers in plain buffers', async () => {
  const cache = sessions();
  const session = await model('run.onnx').open(cache);
  assert.ok(session.cost.create > 0);
  const { logits } = await session.run(feeds());
  assert.deepEqual(logits?.dims, [2, 2]);
  assert.ok(logits?.data instanceof Float32Array);
  assert.equal(logits.data.buffer.byteLength, 16);
  assert.ok(logits.data.every((x) => Number.isFinite(x) && x !== 0));
  session.release();
  await cache.dispose();
});

test('two concurrent callers share one session, and so does a third one later', async () => {
  const cache = sessions();
  const shared = model('shared.onnx');
  const [a, b] = await Promise.all([shared.open(cache), shared.open(cache)]);
  a.release();
  assert.deepEqual(await b.run(feeds()), await (await shared.open(cache)).run(feeds()));
  assert.equal(shared.built.count, 1);
  await shared.open(cache, {}, 'other targets');
  await shared.open(cache, { threads: 1 });
  assert.equal(shared.built.count, 3, 'another request and other options are other sessions');
});

test('a changed file is opened again, and the old session goes', async () => {
  const cache = sessions();
  const changing = model('changing.onnx');
  (await changing.open(cache)).release();
  utimesSync(changing.path, new Date(), new Date(Date.now() + 5000));
  const second = await changing.open(cache, {}, 'another request');
  assert.equal(changing.built.count, 2);
  assert.equal(cache.list().length, 1, 'the session of the earlier state is gone, though its request was another');
  await second.run(feeds());
});

test('a session that is in use when its file changes still answers', async () => {
  const cache = sessions();
  const used = model('used.onnx');
  const first = await used.open(cache);
  utimesSync(used.path, new Date(), new Date(Date.now() + 5000));
  (await used.open(cache)).release();
  await first.run(feeds());
  first.release();
  await assert.rejects(first.run(feeds()), LensError, 'released with its last loan');
});

test('the longest unused session goes first, and none that is in use', async () => {
  const cache = sessions({ count: 2, bytes: Infinity });
  const [a, b, c] = ['a.onnx', 'b.onnx', 'c.onnx'].map(model);
  assert.ok(a && b && c);
  const held = await a.open(cache);
  (await b.open(cache)).release();
  (await c.open(cache)).release();
  const names = () => cache.list().map((s) => s.files[0]?.slice(-6));
  assert.deepEqual(names(), ['a.onnx', 'c.onnx']);
  await held.run(feeds());
  held.release();
  (await b.open(cache)).release();
  assert.deepEqual(names(), ['c.onnx', 'b.onnx']);
});

test('the bound on bytes counts the sizes of the files', async () => {
  const cache = sessions({ count: 10, bytes: 500_000 });
  (await model('d.onnx').open(cache)).release();
  (await model('e.onnx').open(cache)).release();
  assert.equal(cache.list().length, 1);
});

test('an open that failed is not remembered', async () => {
  const cache = sessions();
  const flaky = model('flaky.onnx');
  const key = await keyOf(flaky.path);
  const fail = () => Promise.reject(new BadFile('Not yet.'));
  await assert.rejects(cache.open(key, fail, {}), /Not yet/);
  assert.equal(cache.list().length, 0);
  await (await cache.open(key, flaky.build, {})).run(feeds());
});

test('the low-memory mode, few threads and an extra entry give the same answer', async () => {
  const cache = sessions();
  const plain = model('plain.onnx');
  const expected = (await (await plain.open(cache)).run(feeds()))['logits']?.data as Float32Array;
  const lean = await plain.open(cache, { lowMemory: true, threads: 1 });
  const actual = (await lean.run(feeds(), ['logits']))['logits']?.data as Float32Array;
  for (const [i, x] of actual.entries()) assert.ok(Math.abs(x - (expected[i] ?? NaN)) < 1e-5);
});

test('inputs that do not fit are refused before native code sees them', async () => {
  const session = await model('refusing.onnx').open(sessions());
  const rows: [TensorMap, RegExp][] = [
    [
      { ...feeds(), input_ids: floatTensor([2, 5], new Float32Array(10)) },
      /"input_ids" is float32 \[2, 5\]; the model wants int64/,
    ],
    [
      { ...feeds(), input_ids: int64Tensor([10], Array<number>(10).fill(1)) },
      /\[10\]; the model wants int64 \[batch_size, seq/,
    ],
    [{ ...feeds(), input_ids: { dtype: 'int64', dims: [2, 5], data: new BigInt64Array(9) } }, /has 9 elements/],
    [
      { ...feeds(), input_ids: { dtype: 'int64', dims: [2, 5], data: new Float32Array(10) } },
      /its data is a Float32Array/,
    ],
    [{ ...feeds(), input_ids: { dtype: 'int64', dims: [-2, -5], data: new BigInt64Array(10) } }, /no shape/],
    [{ input_ids: int64Tensor([1, 1], [1]) }, /"attention_mask" is missing/],
    [
      { ...feeds(), pixels: floatTensor([1], new Float32Array(1)) },
      /no input "pixels". Its inputs are "input_ids", "attention_mask"/,
    ],
  ];
  for (const [wrong, says] of rows) {
    await assert.rejects(session.run(wrong), (e) => e instanceof BadFile && says.test(e.message), String(says));
  }
  await assert.rejects(
    session.run(feeds(), ['nothing']),
    (e) => e instanceof UsageError && /Its outputs are "logits"/.test(e.message),
  );
  await session.run(feeds());
});

test('inputs that the graph refuses give a sentence that names the node', async () => {
  const session = await model('graph.onnx').open(sessions());
  const far = { ...feeds(), input_ids: int64Tensor([2, 5], Array<number>(10).fill(99_999)) };
  await assert.rejects(
    session.run(far),
    (e) => e instanceof BadFile && /word_embeddings\/Gather.*99999/.test(e.message),
  );
  const ragged = { ...feeds(), attention_mask: int64Tensor([2, 7], Array<number>(14).fill(1)) };
  await assert.rejects(session.run(ragged), (e) => e instanceof BadFile && /5 by 7/.test(e.message));
});

test('models that cannot be opened are told apart', async () => {
  const cache = sessions();
  const opened = (bytes: Uint8Array, options: SessionOptions = {}) => {
    const path = join(folder, 'broken.onnx');
    writeFileSync(path, bytes);
    return keyOf(path).then((key) => cache.open(key, async () => ({ model: bytes, folder: null }), options));
  };
  const good = readFileSync(fixture);
  const renamed = Buffer.from(good);
  for (let at = renamed.indexOf('Softmax'); at >= 0; at = renamed.indexOf('Softmax')) renamed.write('Sftomax', at);
  await assert.rejects(opened(new Uint8Array()), BadFile);
  await assert.rejects(opened(Uint8Array.of(1, 2, 3, 4, 5)), BadFile);
  await assert.rejects(opened(good.subarray(0, good.length >> 1)), BadFile);
  await assert.rejects(opened(renamed), (e) => e instanceof UnsupportedModel && /Sftomax/.test(e.message));
  await assert.rejects(
    opened(good, { executionProvider: 'abacus' }),
    (e) => e instanceof UsageError && /"abacus" is not known here\. Choose one of: cpu/.test(e.message),
  );
  assert.equal(cache.list().length, 0);
});

test('a file is known by where it really is; one that is missing is said to be', async () => {
  const { path } = model('real.onnx');
  const link = join(folder, 'link.onnx');
  symlinkSync(path, link);
  assert.deepEqual(await identifyFile(link), await identifyFile(path));
  await assert.rejects(
    identifyFile(join(folder, 'none.onnx')),
    (e) => e instanceof BadFile && /There is no file/.test(e.message),
  );
  await assert.rejects(identifyFile(folder), BadFile);
});
