import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { after, test } from 'node:test';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { commonFolder } from '../../../src/onnx/read/folders';
import { mergeModels } from '../../../src/onnx/merge';
import { openModelFile } from '../../../src/onnx/open';
import type { OpenModel } from '../../../src/onnx/open';
import { ModelProtoSchema } from '../support/onnx_pb';
import { buildTrace } from '../../../src/onnx/trace';
import { BadFile } from '../../../src/shared/errors';
import { loadFixture } from '../support/fixture';
import { createSession } from '../support/ort';

const { inputs, folder: fixture } = loadFixture('bert.external');
const original = readFileSync(join(fixture, 'model.onnx'));
const data = join(fixture, 'model.onnx_data');
const root = mkdtempSync(join(realpathSync(tmpdir()), 'data-files-'));
after(() => rmSync(root, { recursive: true }));

let count = 0;
function emptyFolder(name = ''): string {
  const folder = join(root, `${count++}${name}`);
  mkdirSync(folder);
  return folder;
}

/** The fixture, its external-data entries changed: undefined removes one. */
function modelWith(change: (key: string, value: string) => string | undefined): Uint8Array {
  const model = fromBinary(ModelProtoSchema, original);
  for (const t of model.graph?.initializer ?? [])
    t.externalData = t.externalData.flatMap((e) => {
      const value = change(e.key, e.value);
      return value === undefined ? [] : [{ ...e, value }];
    });
  return toBinary(ModelProtoSchema, model);
}
const located = (location: string) => modelWith((key, value) => (key === 'location' ? location : value));

const traced = (model: OpenModel) => buildTrace(model, { outputs: model.outputs, attentions: [], passes: [] });

/** Opens the model, and runs it: the weights were found. */
async function expectRuns(path: string): Promise<OpenModel> {
  const model = openModelFile(path);
  const { bytes, folder } = traced(openModelFile(path));
  const run = await createSession(bytes, folder ?? undefined);
  const expected = (await (await createSession(original, fixture))(inputs)).last_hidden_state;
  const actual = (await run(inputs)).last_hidden_state;
  const largest = Math.max(...(actual.data as Float32Array).map((v, i) => Math.abs(v - Number(expected.data[i]))));
  assert.ok(largest < 1e-5, `${largest}`);
  return model;
}

const expectRefused = (path: string, text: RegExp) =>
  assert.throws(() => openModelFile(path), (e) => e instanceof BadFile && text.test(e.message)); // prettier-ignore

function place(model: Uint8Array, weights: string, folder = emptyFolder()): string {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, model);
  const to = join(folder, weights);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(data, to);
  return path;
}

test('weights beside the model, in a folder below, named with ./, with spaces and other alphabets', async () => {
  for (const name of ['model.onnx_data', './model.onnx_data', 'weights/a b.bin', 'poids é 重み.bin', 'a/../b.bin']) {
    const folder = emptyFolder(' модель été');
    const model = await expectRuns(place(located(name), name, folder));
    assert.equal(model.files.length, 2);
  }
});

test('a location with backslashes, written on Windows, is found', async () => {
  await expectRuns(place(located('weights\\model.bin'), 'weights/model.bin'));
});

test(
  'the Hugging Face cache: the model and its weights are links to blobs of other names',
  { skip: sep === '\\' },
  async () => {
    const cache = emptyFolder('models--org--name');
    const [blobs, snapshot] = [join(cache, 'blobs'), join(cache, 'snapshots', 'abc', 'onnx')];
    mkdirSync(blobs);
    mkdirSync(snapshot, { recursive: true });
    copyFileSync(join(fixture, 'model.onnx'), join(blobs, '1f2e'));
    copyFileSync(data, join(blobs, '9a8b'));
    symlinkSync('../../../blobs/1f2e', join(snapshot, 'model.onnx'));
    symlinkSync('../../../blobs/9a8b', join(snapshot, 'model.onnx_data'));
    const { folder, files } = await expectRuns(join(snapshot, 'model.onnx'));
    assert.equal(folder, blobs);
    assert.deepEqual([...files].sort(), [join(blobs, '1f2e'), join(blobs, '9a8b')]);

    // A link to the link, as a user might make in a project.
    const project = emptyFolder('project');
    symlinkSync(join(snapshot, 'model.onnx'), join(project, 'bert.onnx'));
    await expectRuns(join(project, 'bert.onnx'));
    // And a folder that is a link.
    symlinkSync(snapshot, join(project, 'onnx'));
    await expectRuns(join(project, 'onnx', 'model.onnx'));
  },
);

test(
  'the model is a link, and its weights lie beside the file behind it, or far away',
  { skip: sep === '\\' },
  async () => {
    const [store, here, disk] = [emptyFolder('store'), emptyFolder('here'), emptyFolder('disk')];
    place(located('model.onnx_data'), 'model.onnx_data', store);
    symlinkSync(join(store, 'model.onnx'), join(here, 'model.onnx'));
    assert.equal((await expectRuns(join(here, 'model.onnx'))).folder, store);

    copyFileSync(join(fixture, 'model.onnx'), join(disk, 'model.onnx'));
    symlinkSync(join(store, 'model.onnx_data'), join(disk, 'model.onnx_data'));
    assert.equal((await expectRuns(join(disk, 'model.onnx'))).folder, root);
  },
);

test('two towers in folders of their own are one graph below the folder of both', async () => {
  const [a, b] = ['model.onnx_data', 'model.onnx_data'].map((n) => place(located(n), n));
  const [first, second] = [openModelFile(a), openModelFile(b)];
  for (const v of [...second.graph.values.values()]) if (second.graph.inputs.includes(v)) second.graph.rename(v, `b.${v.name}`); // prettier-ignore
  const merged = traced(mergeModels(first, second, 'b'));
  assert.equal(merged.folder, root);
  const run = await createSession(merged.bytes, root);
  const both = Object.fromEntries(Object.entries(inputs).flatMap(([name, t]) => [[name, t], [`b.${name}`, t]])); // prettier-ignore
  const results = await run(both);
  assert.deepEqual(results.last_hidden_state.data, results['b/last_hidden_state'].data);
});

test('files on two drives cannot be given to ONNX Runtime', { skip: sep === '\\' }, () => {
  assert.throws(() => commonFolder(['C:\\models', 'D:\\models']), /different drives/);
  assert.equal(commonFolder(['/a/b/c', '/a/bc']), '/a');
  assert.equal(commonFolder(['/', '/a']), '/');
});

test('a location outside the folder, absolute, empty or of no file is refused, on every system alike', () => {
  for (const name of [
    '../model.onnx_data',
    'a/../../x',
    '/etc/passwd',
    'C:\\weights.bin',
    'C:weights.bin',
    '\\\\server\\x',
    '..\\x',
  ])
    expectRefused(place(located(name), 'model.onnx_data'), /outside its own folder/);
  expectRefused(place(located(''), 'model.onnx_data'), /does not say in which/);
  expectRefused(place(modelWith((k, v) => (k === 'location' ? undefined : v)), 'model.onnx_data'), /does not say in which/); // prettier-ignore
  expectRefused(place(located('.'), 'model.onnx_data'), /is not a file/);
  expectRefused(place(located('a\0b'), 'model.onnx_data'), /is not beside it/);
  expectRefused(
    place(located('elsewhere.bin'), 'model.onnx_data'),
    /"elsewhere.bin", which is not beside it .* Put that file there/,
  );
});

test('offsets and lengths must lie within the file and be numbers', () => {
  const changed = (key: string, to: string | undefined) => place(modelWith((k, v) => (k === key ? to : v)), 'model.onnx_data'); // prettier-ignore
  expectRefused(changed('offset', '-4'), /lies at bytes/);
  expectRefused(changed('offset', '99999999999999'), /which has \d+\. The file is cut short/);
  expectRefused(changed('offset', '0x10'), /lies at bytes/);
  expectRefused(changed('length', '4'), /needs \d+ bytes, but the file gives 4/);
  expectRefused(changed('length', 'many'), /but the file gives NaN/);
});

test('a missing length is what the shape needs', async () => {
  await expectRuns(place(modelWith((k, v) => (k === 'length' || k === 'checksum' ? undefined : v)), 'model.onnx_data')); // prettier-ignore
});
