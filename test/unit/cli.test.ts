import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import type { ExplanationJson } from '../../src/explain/report/json';
import type { TraceReport } from '../../src/engine/protocol';
import { readSafetensors } from '../../src/shared/safetensors';
import { buildOnce } from './support/build';
import { runCli, type CliRun } from './support/cli';
import { relativeError } from './support/fixture';

const root = process.cwd();
const sample = (name: string) => join(root, 'media/samples', name);
const fixture = (name: string) => join(root, 'test/fixtures', name);
let out: string;

before(() => {
  buildOnce();
  out = mkdtempSync(join(tmpdir(), 'lens cli é '));
});
after(() => rmSync(out, { recursive: true }));

const lens = (...args: readonly string[]): Promise<CliRun> => runCli(out, args);

const tensorsOf = (file: string) => readSafetensors(readFileSync(join(out, file))).tensors;

test('image writes table, JSON, overlays, report and tensors', async () => {
  const prompts = ['a bald man', 'a rocket in space'].flatMap((p) => ['--prompt', p]);
  const files = ['--json', 'x.json', '--overlay', 'overlays', '--report', 'r.html', '--tensors', 't.safetensors'];
  const { code, stdout, stderr } = await lens('image', sample('space.png'), ...prompts, ...files);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /a rocket in space +16\.02 +99\.7 %/);

  const json = JSON.parse(readFileSync(join(out, 'x.json'), 'utf8')) as ExplanationJson;
  assert.deepEqual([json.image.width, json.image.height, json.method], [640, 480, 'relevance']);
  assert.deepEqual(
    json.prompts.map((p) => p.text),
    ['a bald man', 'a rocket in space'],
  );
  const [man] = json.prompts;
  assert.deepEqual(man.grid, [8, 8]);
  assert.deepEqual([man.relevance.length, man.relevance[0].length], [8, 8]);
  assert.deepEqual(
    man.words.map((w) => w.text),
    ['a', 'bald', 'man'],
  );
  assert.ok(Math.abs(json.prompts.reduce((sum, p) => sum + p.probability, 0) - 1) < 1e-6);

  const pictures = readdirSync(join(out, 'overlays'));
  assert.equal(pictures.length, 2);
  for (const p of pictures) {
    const { width, height, format } = await sharp(join(out, 'overlays', p)).metadata();
    assert.deepEqual([width, height, format], [640, 480, 'png']);
  }
  const report = readFileSync(join(out, 'r.html'), 'utf8');
  assert.doesNotMatch(report, /<script|https?:\/\//);

  const tensors = tensorsOf('t.safetensors');
  assert.deepEqual(tensors['vision.attention.5'].dims, [1, 6, 65, 65]);
  assert.deepEqual(tensors['text.attention.3'].dims, [2, 6, 6, 6]);
  assert.deepEqual(tensors['vision.gradient.1.0'].dims, [1, 6, 65, 65]);
  assert.deepEqual(tensors['vision.relevance'].dims, [2, 8, 8]);
});

test('image --json - prints nothing but JSON; methods and layers are as asked', async () => {
  const { code, stdout } = await lens(
    'image',
    sample('meadow.jpg'),
    '--prompt',
    'a dog',
    '--json',
    '-',
    '--method',
    'signed',
    '--layers',
    '2-4',
    '--text-layers',
    'last',
  );
  assert.equal(code, 0);
  const json = JSON.parse(stdout) as ExplanationJson;
  assert.deepEqual([json.method, json.layers], ['signed', { vision: [2, 4], text: [3, 3] }]);
  assert.ok(json.prompts[0].relevance.flat().some((x) => x < 0));
});

test('preprocess writes what Hugging Face’s processor gives', async () => {
  const folder = fixture('preprocess');
  const { code, stderr } = await lens(
    'preprocess',
    join(folder, 'cat.png'),
    '--config',
    join(folder, 'clip.preprocessor_config.json'),
    '--out',
    'p.safetensors',
    '--png',
    'p.png',
  );
  assert.equal(code, 0, stderr);
  const { pixel_values } = tensorsOf('p.safetensors');
  const golden = readSafetensors(readFileSync(join(folder, 'clip.safetensors'))).tensors;
  const expected = golden['cat.png'] ?? Object.entries(golden).find(([name]) => name.startsWith('cat'))?.[1];
  assert.ok(expected);
  assert.ok(relativeError({ ...pixel_values, dims: expected.dims }, expected) < 1e-5);
  assert.ok(existsSync(join(out, 'p.png')));
});

test('trace writes tensors named as the goldens, all float32, and a report', async () => {
  const folder = fixture('bert-seqcls.ts14');
  const { code, stderr, stdout } = await lens(
    'trace',
    join(folder, 'model.onnx'),
    '--inputs',
    join(folder, 'golden.safetensors'),
    '--target',
    'logits[0,1]',
    '--target',
    'sum(logits)',
    '--out',
    't2.safetensors',
    '--json',
    '-',
  );
  assert.equal(code, 0, stderr);
  const tensors = tensorsOf('t2.safetensors');
  const golden = readSafetensors(readFileSync(join(folder, 'golden.safetensors'))).tensors;
  for (const [mine, theirs] of [
    ['attention.2', 'attention.2'],
    ['gradient.0.1', 'gradient.1.1'],
    ['hidden.3', 'hidden.3'],
    ['output.logits', 'output.logits'],
    ['embedding_gradient.0', 'embedding_gradient.1'],
  ]) {
    assert.equal(tensors[mine].dtype, 'float32');
    assert.ok(relativeError(tensors[mine], golden[theirs]) < 1e-4, mine);
  }
  const report = JSON.parse(stdout) as TraceReport;
  assert.deepEqual(
    report.attentions.map((a) => [a.stack, a.layer, a.kind, a.heads, a.queries, a.keys, a.causal]),
    [0, 1, 2].map((layer) => ['text', layer, 'self', 2, 14, 14, false]),
  );
});

const refusals: readonly (readonly [string, number, RegExp, () => readonly string[]])[] = [
  ['no command', 2, /Usage|attention-lens/, () => []],
  ['an unknown command', 2, /no command "explain"/, () => ['explain']],
  ['an unknown option', 2, /--promt/, () => ['image', sample('space.png'), '--promt', 'x']],
  ['no prompt', 2, /needs --prompt/, () => ['image', sample('space.png')]],
  ['an empty prompt', 2, /empty/, () => ['image', sample('space.png'), '--prompt', '']],
  [
    'an unknown method',
    2,
    /no method "lime"/,
    () => ['image', sample('space.png'), '--prompt', 'a', '--method', 'lime'],
  ],
  [
    'layers that do not exist',
    2,
    /layers, numbered 0 to 5/,
    () => ['image', sample('space.png'), '--prompt', 'a', '--layers', '3-9'],
  ],
  ['a prompt beyond the context', 2, /reads 32/, () => ['image', sample('space.png'), '--prompt', 'cow '.repeat(50)]],
  ['an image that is not there', 4, /no such file/, () => ['image', 'nowhere.png', '--prompt', 'a']],
  ['a file that is no image', 4, /as an image/, () => ['image', join(root, 'package.json'), '--prompt', 'a']],
  [
    'a model folder that is not there',
    4,
    /no model folder/,
    () => ['image', sample('space.png'), '--prompt', 'a', '--model', './nowhere'],
  ],
  [
    'a folder without a model',
    4,
    /config\.json/,
    () => ['image', sample('space.png'), '--prompt', 'a', '--model', sample('.')],
  ],
  ['another kind of model', 3, /"bert"/, () => ['image', sample('space.png'), '--prompt', 'a', '--model', 'minilm']],
  [
    'a model that is no ONNX',
    4,
    /no ONNX model|damaged/,
    () => ['trace', join(root, 'README.md'), ...traceArguments()],
  ],
  [
    'a target that is none',
    2,
    /is no target/,
    () => ['trace', join(fixture('vit.ts14'), 'model.onnx'), ...traceArguments('logits(3)')],
  ],
  [
    'an output that is not there',
    2,
    /no output "logit"/,
    () => ['trace', join(fixture('vit.ts14'), 'model.onnx'), ...traceArguments('logit[0]')],
  ],
  [
    'an index out of range',
    2,
    /out of range/,
    () => ['trace', join(fixture('vit.ts14'), 'model.onnx'), ...traceArguments('logits[0,99]')],
  ],
  [
    'inputs that are missing',
    4,
    /input "pixel_values" of the model is missing/,
    () => [
      'trace',
      join(fixture('vit.ts14'), 'model.onnx'),
      '--inputs',
      join(fixture('bert.ts14'), 'golden.safetensors'),
      '--target',
      'sum(logits)',
      '--out',
      'no.safetensors',
    ],
  ],
];

const traceArguments = (target = 'logits[0,1]'): string[] => [
  '--inputs',
  join(fixture('vit.ts14'), 'golden.safetensors'),
  '--target',
  target,
  '--out',
  'no.safetensors',
];

for (const [what, expected, sentence, args] of refusals)
  test(`${what}: exit code ${expected} and one sentence`, async () => {
    const { code, stderr } = await lens(...args());
    assert.equal(code, expected, stderr);
    if (args().length === 0) return;
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /\n\s+at /);
    assert.equal(existsSync(join(out, 'no.safetensors')), false);
  });

test('a truncated model is a bad file', async () => {
  const bytes = readFileSync(join(fixture('vit.ts14'), 'model.onnx'));
  writeFileSync(join(out, 'cut.onnx'), bytes.subarray(0, bytes.length >> 1));
  const { code, stderr } = await lens('trace', 'cut.onnx', ...traceArguments());
  assert.equal(code, 4, stderr);
  assert.match(stderr, /cut short|damaged/);
});

test('a longer prompt is cut on demand, and the table says so', async () => {
  const { code, stdout } = await lens('image', sample('space.png'), '--prompt', 'cow '.repeat(50), '--truncate');
  assert.equal(code, 0);
  assert.match(stdout, /\*/);
});

test('an own scale is used, and help and version are there', async () => {
  const { stdout } = await lens(
    'image',
    sample('space.png'),
    '--prompt',
    'a cow',
    '--prompt',
    'a dog',
    '--logit-scale',
    '1',
    '--json',
    '-',
  );
  assert.deepEqual((JSON.parse(stdout) as ExplanationJson).logitScale, { value: 1, bias: 0, assumed: false });
  assert.match((await lens('--help')).stdout, /attention-lens trace MODEL\.onnx/);
  assert.match((await lens('--version')).stdout, /^\d+\.\d+\.\d+/);
});
