import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readTextModel, type TextModel } from '../../../src/explain/text/model';
import { UsageError } from '../../../src/shared/errors';
import { explainText, textTensors } from '../support/ask-text';
import { keepingRuntime } from '../support/ort';
import { textFolderOf, type TemporaryFolder, wordsOf } from '../support/text-folder';

const runtime = keepingRuntime();
const folders: TemporaryFolder[] = [];
const models = new Map<string, TextModel>();
after(() => folders.forEach((folder) => folder.remove()));

function modelOf(fixture: string): TextModel {
  const known = models.get(fixture);
  if (known) return known;
  if (fixture === 'minilm') return readTextModel(join(process.cwd(), 'models/minilm'));
  const folder = textFolderOf(fixture);
  folders.push(folder);
  const model = readTextModel(folder.path);
  models.set(fixture, model);
  return model;
}

const request = (fixture: string, text: string, target: string | null, pair: string | null = null) =>
  ({ model: modelOf(fixture), text, pair, target, maxTokens: null, onLongText: 'error' }) as const;
const explained = (...asked: Parameters<typeof request>) => explainText(runtime, request(...asked));

const three = wordsOf([20, 30, 40]);
const masked = 'w20 <mask> w40';

for (const [fixture, text, pair, target, resolved, label, readOut] of [
  ['bert.ts14', three, null, null, 'sum(last_hidden_state)', 'sum of last_hidden_state', 0],
  ['bert.ts14', three, null, 'sum(pooler_output)', 'sum(pooler_output)', 'sum of pooler_output', 0],
  [
    'bert.ts14',
    three,
    null,
    'last_hidden_state[0,-2]',
    'last_hidden_state[0,3]',
    'last_hidden_state, at “w40”, all',
    3,
  ],
  ['bert-seqcls.ts14', three, null, 'class:blue', 'logits[0,2]', 'class blue', 0],
  ['bert-seqcls.ts14', three, null, 'class:1', 'logits[0,1]', 'class green', 0],
  ['bert-seqcls.ts14', three, null, 'logits[0,0]', 'logits[0,0]', 'logits, class red', 0],
  ['roberta-mlm.ts14', masked, null, 'masked:w17', 'logits[0,2,17]', '<mask> → “w17”', 2],
  ['gpt2.ts14', three, null, 'next:w7', 'logits[0,2,7]', 'next token: “w7”', 2],
  ['t5.ts14', three, 'w8 w9', 'next:w7', 'logits[0,2,7]', 'next token: “w7”', 2],
] as const)
  test(`${fixture}: ${target ?? 'no target'} is ${resolved}`, async () => {
    const { target: found, sequences } = await explained(fixture, text, target, pair);
    assert.deepEqual([found.text, found.label], [resolved, label]);
    assert.equal(sequences.at(-1)!.readOut, readOut);
    const index = /\[(.*)\]/.exec(resolved)?.[1].split(',').map(Number);
    const { tensors } = await textTensors(runtime, request(fixture, text, resolved, pair));
    const { data, dims } = tensors[`output.${/[a-z_]*(?=[)[])/.exec(resolved)![0]}`];
    const offset = (index ?? []).reduce((at, i, axis) => at + i * dims.slice(axis + 1).reduce((n, d) => n * d, 1), 0);
    const count = dims.slice(index?.length ?? 0).reduce((n, d) => n * d, 1);
    const sum = Array.from(data.slice(offset, offset + count), Number).reduce((a, x) => a + x, 0);
    assert.ok(Math.abs(found.value - sum) < 1e-3, `${found.value} and ${sum}`);
  });

for (const [fixture, text, pair, target] of [
  ['bert-seqcls.ts14', three, wordsOf([50, 60]), 'class'],
  ['distilbert.ts14', three, null, 'class'],
  ['roberta-mlm.ts14', masked, null, 'masked'],
  ['gpt2.ts14', three, null, 'next'],
  ['t5.ts14', three, 'w8 w9', 'next'],
  ['bart.ts14', three, null, 'next'],
] as const)
  test(`${fixture}: by default the largest of what it predicts is explained (${target})`, async () => {
    const asked = request(fixture, text, null, pair);
    const { tensors, explanation } = await textTensors(runtime, asked);
    const logits = tensors['output.logits'];
    const width = logits.dims.at(-1)!;
    const index = /\[(.*)\]/.exec(explanation.target.text)![1].split(',').map(Number);
    const row = index.length === 3 ? index[1] : 0;
    const values = Array.from(logits.data.slice(row * width, (row + 1) * width), Number);
    assert.equal(values.indexOf(Math.max(...values)), index.at(-1));
    assert.ok(Math.abs(explanation.target.value - Math.max(...values)) < 1e-5);
    assert.equal(explanation.targets[0].text, target);
    // The gradient is that of the resolved element.
    const again = await explained(fixture, text, explanation.target.text, pair);
    assert.deepEqual(again.sequences[0].saliency!.l2, explanation.sequences[0].saliency!.l2);
    // What is offered can be asked for, and the likeliest word is what was explained.
    const named = explanation.targets.find((offer) => offer.text.startsWith(`${target}:`))!;
    const offered = await explained(fixture, text, named.text, pair);
    if (target !== 'class') assert.equal(offered.target.text, explanation.target.text);
    assert.ok(named.label.length > 0);
  });

test('every offer of every family can be explained', async () => {
  for (const [fixture, text, pair] of [
    ['bert.ts14', three, three],
    ['bert-seqcls.ts14', three, null],
    ['roberta-mlm.ts14', masked, null],
    ['roberta-mlm.ts14', three, null],
    ['t5.ts14', three, null],
  ] as const) {
    const { targets } = await explained(fixture, text, null, pair);
    for (const offer of targets) {
      const { target } = await explained(fixture, text, offer.text, pair);
      assert.ok(Number.isFinite(target.value), offer.text);
    }
  }
});

test('a filled mask without a mask in the text is explained by the sum, with a hint', async () => {
  const { target, warnings } = await explained('roberta-mlm.ts14', three, null);
  assert.equal(target.text, 'sum(logits)');
  assert.ok(warnings.some((w) => w.includes('<mask>')));
});

for (const [fixture, text, pair, target, sentence] of [
  ['minilm', ' ', null, null, /text is empty/],
  ['minilm', 'a', ' ', null, /second text is empty/],
  ['minilm', 'a', null, 'class', /no classes.*sum\(last_hidden_state\)/],
  ['minilm', 'a', null, 'masked', /does not fill in/],
  ['minilm', 'a', null, 'next', /does not predict/],
  ['minilm', 'a', null, 'similarity', /takes two texts/],
  ['minilm', 'a', null, 'logits[0,1]', /no output "logits".*last_hidden_state/],
  ['minilm', 'a', null, 'last_hidden_state[0,3]', /out of range.*3 entries, 0 to 2/],
  ['minilm', 'a', null, 'last_hidden_state[1]', /out of range.*one entry/],
  ['minilm', 'a', null, 'last_hidden_state[0,0,0,0]', /4 indices.*3 axes/],
  ['minilm', 'a', null, 'anything', /no target/],
  ['bert-seqcls.ts14', three, null, 'class:yellow', /no class "yellow"; it has 3/],
  ['bert-seqcls.ts14', three, null, 'class:3', /no class "3"/],
  ['roberta-mlm.ts14', three, null, 'masked', /no masked token.*<mask>/],
  ['roberta-mlm.ts14', masked, null, 'masked:zebra', /"zebra" is not one token/],
  ['gpt2.ts14', three, three, null, /one text at a time/],
  ['t5.ts14', three, three, 'similarity', /no hidden states to compare|takes|decoder/],
] as const)
  test(`${fixture}, “${text}”${pair === null ? '' : ` and “${pair}”`}, ${target}: ${sentence.source}`, async () => {
    await assert.rejects(explained(fixture, text, target, pair), (error: Error) => {
      assert.ok(error instanceof UsageError, error.stack);
      assert.match(error.message, sentence);
      return true;
    });
  });

test('a text that is too long is an error, or is cut with its special tokens kept', async () => {
  const asked = { ...request('minilm', 'one two three four five six', null), maxTokens: 5 } as const;
  await assert.rejects(
    explainText(runtime, asked),
    (e: Error) => e instanceof UsageError && /8 tokens.*reads 5/.test(e.message),
  );
  const { sequences, warnings } = await explainText(runtime, { ...asked, onLongText: 'truncate' });
  assert.deepEqual(
    sequences[0].tokens.map((t) => t.text),
    ['[CLS]', 'one', 'two', 'three', '[SEP]'],
  );
  assert.deepEqual(sequences[0].cut, { kept: 3, of: 6 });
  assert.equal(sequences[0].words.length, 6);
  assert.ok(warnings.some((w) => /6 tokens.*reads 3/.test(w)));
  // Of a pair the longer text is cut first.
  const pair = await explainText(runtime, { ...asked, pair: 'seven', maxTokens: 7, onLongText: 'truncate' });
  assert.deepEqual(
    pair.sequences[0].tokens.map((t) => t.text),
    ['[CLS]', 'one', 'two', 'three', '[SEP]', 'seven', '[SEP]'],
  );
});
