import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TextJson } from '../../src/explain/report/text-json';
import { readSafetensors } from '../../src/shared/safetensors';
import { floatTensor, type FloatTensor } from '../../src/shared/tensor';
import { buildOnce } from './support/build';
import { runCli, type CliRun } from './support/cli';
import { relativeError } from './support/fixture';
import { textFolderOf, type TemporaryFolder } from './support/text-folder';

const root = process.cwd();
const fox = 'The quick brown fox jumps over the lazy dog.';
let out: string;
const folders: TemporaryFolder[] = [];

before(() => {
  buildOnce();
  out = mkdtempSync(join(tmpdir(), 'lens text é '));
});
after(() => {
  rmSync(out, { recursive: true });
  for (const folder of folders) folder.remove();
});

const lens = (...args: readonly string[]): Promise<CliRun> => runCli(out, args);
const file = (name: string): Buffer => readFileSync(join(out, name));

async function jsonOf(...args: readonly string[]): Promise<TextJson> {
  const { code, stdout, stderr } = await lens('text', ...args, '--json', '-');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as TextJson;
}

/** A fixture as a text model's folder; its words are w0, w1, … */
function folder(fixture: string): string {
  const made = textFolderOf(fixture);
  folders.push(made);
  return made.path;
}

const golden = (name: string) =>
  readSafetensors(readFileSync(join(root, `models/minilm/golden-${name}.safetensors`))).tensors;
const vector = (values: ArrayLike<number>): FloatTensor => floatTensor([values.length], Float32Array.from(values));
const near = (values: ArrayLike<number>, expected: FloatTensor, what: string): void =>
  assert.ok(relativeError({ ...vector(values), dims: expected.dims }, expected) < 1e-3, what);

test("text writes table, JSON, report and tensors; the tutorial's numbers are PyTorch's", async () => {
  const { code, stdout, stderr } = await lens(
    'text',
    fox,
    '--json',
    'x.json',
    '--report',
    'r.html',
    '--tensors',
    't.safetensors',
  );
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^sum of last_hidden_state = 10\.0 {3}sum\(last_hidden_state\)\n/);
  assert.match(stdout, /\njumps +20–25 +73\.9 {2}█{20} +0\.0620\n/);
  for (const name of ['x.json', 't.safetensors', 'r.html']) assert.match(stdout, new RegExp(`${name}\n`));

  const json = JSON.parse(file('x.json').toString()) as TextJson;
  const expected = golden('fox') as Record<string, FloatTensor>;
  near(json.saliency!, expected['saliency.l2'], 'saliency');
  near(json.hidden!.mean.flat(), expected['hidden.mean'], 'hidden states');
  const cls = expected['relevance.all'];
  near(json.relevance, floatTensor([12], cls.data.slice(0, 12)), 'relevance of CLS');
  assert.deepEqual([json.layers, json.heads, json.hidden!.mean.length, json.hidden!.mean[0]!.length], [6, 12, 7, 12]);
  assert.deepEqual([json.model, json.target, json.method], ['minilm', 'sum(last_hidden_state)', 'l2']);

  const tensors = readSafetensors(file('t.safetensors')).tensors;
  for (const name of Object.keys(expected).filter((name) =>
    /^(attention|gradient|hidden|embedding_gradient|output|saliency\.(l2|grad))/.test(name),
  ))
    assert.ok(relativeError(tensors[name], expected[name]) < 1e-3, name);
  const report = file('r.html').toString();
  assert.match(report, /Layer 5 · 36\.0 % of the relevance/);
  assert.equal(report.match(/<figure class="tile/g)!.length, 24);
});

test('the JSON has the fields of the contract, and each token’s own characters', async () => {
  const text = 'Naïve CAFÉS 🦊 [MASK]!';
  const json = await jsonOf(text);
  for (const key of ['model', 'tokens', 'target', 'saliency', 'relevance', 'layers', 'heads', 'hidden'])
    assert.ok(key in json, key);
  assert.deepEqual(Object.keys(json.tokens[0]!).slice(0, 5), ['text', 'id', 'start', 'end', 'special']);
  assert.deepEqual(
    json.tokens.map(({ start, end }) => (start === null ? null : text.slice(start, end!))),
    [null, 'Naïve', 'CAFÉS', '🦊', '[MASK]', '!', null],
  );
  assert.deepEqual(json.tokens.map(({ special }) => special), [true, false, false, false, true, false, true]); // prettier-ignore
});

test('a pair is one sequence, whose places are counted in each text', async () => {
  const json = await jsonOf('The cat sat on the mat.', '--pair', 'It was purring.', '--method', 'grad-x-input');
  near(json.saliency!, golden('pair')['saliency.grad_x_input'] as FloatTensor, 'gradient × input');
  assert.deepEqual(json.texts, ['The cat sat on the mat.', 'It was purring.']);
  assert.deepEqual(
    json.tokens.slice(9, 14).map(({ source, start, end }) => [source, start, end]),
    [
      [1, 0, 2],
      [1, 3, 6],
      [1, 7, 9],
      [1, 9, 14],
      [1, 14, 15],
    ],
  );
});

test('the mean of the gradient is said to be noise where it is', async () => {
  const { code, stdout } = await lens('text', fox, '--method', 'mean');
  assert.equal(code, 0);
  assert.match(stdout, /The mean is zero here by construction/);
  assert.doesNotMatch(stdout, /█/);
  assert.equal((await jsonOf(fox, '--method', 'mean')).saliencyIsNoise, true);
});

test('integrated gradients say their steps and add up to what the target gained', async () => {
  const json = await jsonOf('a quick fox', '--method', 'ig');
  const { steps, value, baseline, completenessError } = json.integrated!;
  const sum = json.saliency!.reduce((total, x) => total + x, 0);
  assert.ok(steps >= 20 && completenessError < 0.05);
  assert.ok(Math.abs(sum - (value - baseline)) <= (completenessError + 1e-3) * Math.abs(value - baseline));
  assert.match((await lens('text', 'a quick fox', '--method', 'ig')).stdout, /\d+ steps\. The target goes from/);
});

test('the text comes from standard input, cut to as many tokens as are asked for', async () => {
  const { code, stdout, stderr } = await runCli(
    out,
    ['text', '-', '--max-tokens', '6', '--truncate', '--json', '-'],
    `${fox}\n`,
  );
  assert.equal(code, 0, stderr);
  const json = JSON.parse(stdout) as TextJson;
  assert.deepEqual(json.cut, { kept: 4, of: 10 });
  assert.deepEqual(json.tokens.map(({ text }) => text), ['[CLS]', 'the', 'quick', 'brown', 'fox', '[SEP]']); // prettier-ignore
  assert.match(stderr, /the rest was cut/);
  const refused = await lens('text', fox, '--max-tokens', '6');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /has 12 tokens.*reads 6/);
});

test('an encoder–decoder has both of its sequences, and its cross-attention in the report', async () => {
  const model = folder('t5.ts14');
  const { code, stdout, stderr } = await lens(
    'text',
    'w7 w9 w12',
    '--pair',
    'w20 w21',
    '--model',
    model,
    '--json',
    't5.json',
    '--report',
    't5.html',
  );
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /encoder’s token +place[^]*decoder’s token +place[^]*Relevance: the row of “w21” \(decoder’s token 2\)/,
  );
  const json = JSON.parse(file('t5.json').toString()) as TextJson;
  assert.deepEqual(json.tokens.map(({ text }) => text), ['w7', 'w9', 'w12', '</s>']); // prettier-ignore
  assert.deepEqual(json.decoder!.tokens.map(({ text }) => text), ['<pad>', 'w20', 'w21']); // prettier-ignore
  assert.deepEqual([json.saliency!.length, json.relevance.length, json.decoder!.saliency!.length], [4, 4, 3]);
  assert.ok(
    json.relevance.some((x) => x > 0),
    'the decoder’s token looks at the encoder’s',
  );
  assert.match(file('t5.html').toString(), /Cross-attention, layer \d/);
});

test('targets are asked for by class, by the next word, and by element', async () => {
  const classes = folder('bert-seqcls.ts14');
  const of = async (model: string, target: string) =>
    (await jsonOf('w7 w9 w12', '--model', model, '--target', target)).targetLabel;
  assert.match(await of(classes, 'class:1'), /green/);
  assert.match(await of(folder('gpt2.ts14'), 'next:w9'), /w9/);
  const [byClass, byElement] = await Promise.all(
    ['class:1', 'logits[0,1]'].map((target) => jsonOf('w7 w9', '--model', classes, '--target', target)),
  );
  assert.equal(byClass!.value, byElement!.value);
  assert.deepEqual(byClass!.saliency, byElement!.saliency);
});

const refusals: readonly (readonly [string, number, RegExp, readonly string[]])[] = [
  ['no text', 2, /takes TEXT/, []],
  ['an empty text', 2, /empty/, ['']],
  ['an unknown method', 2, /no method "lime"/, [fox, '--method', 'lime']],
  ['an unknown target', 2, /"foo" is no target/, [fox, '--target', 'foo']],
  ['a number of tokens that is none', 2, /--max-tokens takes/, [fox, '--max-tokens', '0']],
  ['a model folder that is not there', 4, /no model folder/, [fox, '--model', './nowhere']],
  [
    'a folder without a tokenizer',
    4,
    /tokenizer\.json/,
    [fox, '--model', join(root, 'test/fixtures/bert-seqcls.ts14')],
  ],
];

for (const [what, expected, sentence, args] of refusals)
  test(`${what}: exit code ${expected} and one sentence`, async () => {
    const { code, stderr } = await lens('text', ...args, ...(args.length > 0 ? ['--json', 'no.json'] : []));
    assert.equal(code, expected, stderr);
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /\n\s+at /);
    assert.equal(existsSync(join(out, 'no.json')), false);
  });

test('a place that cannot be written is said', async () => {
  const { code, stderr } = await lens('text', fox, '--json', join(root, 'package.json', 'x.json'));
  assert.equal(code, 4);
  assert.match(stderr, /cannot be written/);
});

test('the help names the command and its options', async () => {
  const { stdout } = await lens('--help');
  assert.match(stdout, /attention-lens text TEXT \[--pair TEXT\]/);
  for (const option of ['--pair', '--method', '--max-tokens', '--truncate', '--report'])
    assert.ok(stdout.includes(option), option);
});
