import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { embeddingInput, withEmbeddingSession } from '../../../src/explain/text/embedding-session';
import { withTextQuestion } from '../../../src/explain/text/explain-text';
import { gaussLegendre } from '../../../src/explain/text/gauss-legendre';
import { integratedGradients } from '../../../src/explain/text/integrated';
import { readTextModel, type TextModel } from '../../../src/explain/text/model';
import { noHeads, questionOf, type TextQuestion } from '../../../src/explain/text/question';
import { targetOutput } from '../../../src/explain/text/target-graph';
import { floatTensor } from '../../../src/shared/tensor';
import { explainText } from '../support/ask-text';
import { keepingRuntime } from '../support/ort';
import { textFolderOf, wordsOf } from '../support/text-folder';

const none = () => Promise.resolve();
const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

test('Gauss–Legendre quadrature integrates polynomials of degree 2n − 1 exactly', () => {
  for (const n of [1, 2, 5, 20, 50, 100, 200]) {
    const { places, weights } = gaussLegendre(n);
    assert.ok(Math.abs(sum(weights) - 1) < 1e-13);
    for (const degree of [1, n, 2 * n - 1]) {
      const integral = sum([...places].map((x, i) => weights[i] * x ** degree));
      assert.ok(Math.abs(integral - 1 / (degree + 1)) < 1e-12, `${n}: x^${degree}`);
    }
  }
  const { places, weights } = gaussLegendre(2);
  assert.ok(Math.abs(places[0] - (1 - 1 / Math.sqrt(3)) / 2) < 1e-15 && Math.abs(weights[0] - 0.5) < 1e-15);
});

const ask = (model: TextModel, text: string, more: { pair?: string; target?: string } = {}) =>
  questionOf({ model, text, pair: null, target: null, maxTokens: null, onLongText: 'error', ...more });

test('attributions of MiniLM add up to the difference from the baseline; special tokens, which the baseline keeps, have none', async () => {
  const runtime = keepingRuntime();
  const model = readTextModel(join(process.cwd(), 'models/minilm'));
  const text = 'The quick brown fox jumps over the lazy dog.';
  const found = await integratedGradients(runtime, ask(model, text), none);
  const [attributions] = found.attributions;
  assert.ok(found.completenessError < 0.01 && found.steps <= 200);
  const difference = found.value - found.baseline;
  assert.ok(Math.abs(sum(attributions!) - difference) <= (found.completenessError + 1e-6) * Math.abs(difference));
  assert.deepEqual([attributions![0], attributions!.at(-1)], [0, 0]);
  assert.match(found.baselineIs, /\[PAD\]/);
  // The ends of the line are the model's own values for both texts.
  const request = { model, pair: null, target: null, maxTokens: null, onLongText: 'error' } as const;
  const whole = await explainText(runtime, { ...request, text });
  assert.ok(Math.abs(found.value - whole.target.value) < 1e-3);
  const padded = await explainText(runtime, { ...request, text: Array(10).fill('[PAD]').join(' ') });
  assert.equal(padded.sequences[0].tokens.length, 12);
  assert.ok(Math.abs(found.baseline - padded.target.value) < 1e-3);
});

/** Captum's, of the same weights in PyTorch: scripts/fixtures/integrated.py. */
interface Golden {
  readonly text: string;
  readonly target: string;
  readonly steps: number;
  readonly value: number;
  readonly baseline: number;
  readonly attributions: readonly number[];
}
const { cases } = JSON.parse(readFileSync('test/fixtures/integrated.json', 'utf8')) as {
  readonly cases: readonly Golden[];
};

for (const golden of cases)
  test(`attributions of MiniLM are Captum’s: ${golden.target} of “${golden.text}”`, async () => {
    const model = readTextModel(join(process.cwd(), 'models/minilm'));
    const { text, target } = golden;
    const found = await integratedGradients(keepingRuntime(), ask(model, text, { target }), none);
    assert.equal(found.steps, golden.steps);
    assert.ok(Math.abs(found.value - golden.value) < 1e-3 && Math.abs(found.baseline - golden.baseline) < 1e-3);
    const largest = Math.max(...golden.attributions.map(Math.abs));
    const [attributions] = found.attributions;
    assert.equal(attributions!.length, golden.attributions.length);
    for (const [i, expected] of golden.attributions.entries())
      assert.ok(Math.abs(attributions![i] - expected) < 1e-3 * largest, `${i}: ${attributions![i]}, not ${expected}`);
  });

for (const [fixture, text, more] of [
  ['bert-seqcls.ts14', wordsOf([20, 30, 40]), { pair: wordsOf([50, 60]), target: 'class:1' }],
  ['roberta-mlm.dynamo18', `${wordsOf([20, 30])} <mask>`, {}],
  ['gpt2.ts14', wordsOf([20, 30, 40]), {}],
  ['t5.ts14', wordsOf([20, 30, 40]), { pair: wordsOf([7, 8]) }],
  ['bart.ts14-classic', wordsOf([20, 30, 40]), { pair: wordsOf([7, 8]) }],
  ['bert.q4', wordsOf([20, 30, 40]), {}],
] as const)
  test(`${fixture}: attributions of every sequence add up`, async () => {
    const folder = textFolderOf(fixture);
    try {
      const model = readTextModel(folder.path);
      let pauses = 0;
      const pause = () => Promise.resolve(void pauses++);
      const found = await integratedGradients(keepingRuntime(), ask(model, text, more), pause);
      assert.ok(found.completenessError < 0.01, JSON.stringify(found));
      const all = sum(found.attributions.flatMap((a) => [...(a ?? [])]));
      assert.ok(Math.abs(all - (found.value - found.baseline)) <= 0.0101 * Math.abs(found.value - found.baseline));
      assert.equal(found.attributions.length, /t5|bart/.test(fixture) ? 2 : 1);
      assert.ok(found.attributions.every((a) => a?.some((x) => x !== 0)));
    } finally {
      folder.remove();
    }
  });

test('each token’s attribution is the integral of finite differences of the target along that token’s part of the line', async () => {
  const folder = textFolderOf('bert-seqcls.ts14');
  try {
    const runtime = keepingRuntime();
    const question = ask(readTextModel(folder.path), wordsOf([20, 30, 40]), { pair: wordsOf([50, 60]), target: 'class:1' }); // prettier-ignore
    const found = await integratedGradients(runtime, question, none);
    const [{ ids, tokens }] = question.sequences;
    const padding = Array(5).fill('[PAD]').join(' ').split(' ');
    const filled = ask(question.model, padding.slice(0, 3).join(' '), { pair: padding.slice(3).join(' '), target: 'class:1' }); // prettier-ignore
    const embeddings = (of: TextQuestion) =>
      withTextQuestion(runtime, of, async (session) => {
        const output = 'embedding.input_ids';
        return (await session.run({ ...of.feeds, ...noHeads(session.info.facts.attentions.length) }, [output]))[output];
      });
    const [text, baseline] = [await embeddings(question), await embeddings(filled)];
    const [start, end] = [baseline.data as Float32Array, text.data as Float32Array];
    const width = text.dims.at(-1)!;
    const feedsOf = (data: Float32Array) => ({ ...question.feeds, [embeddingInput('input_ids')]: floatTensor(text.dims, data) }); // prettier-ignore
    const attributions = await withEmbeddingSession(runtime, question, feedsOf(end), async (session) => {
      const value = async (place: number, token: number, step: number) => {
        const at = end.map(
          (x, j) => start[j] + (place + (Math.floor(j / width) === token ? step : 0)) * (x - start[j]),
        );
        return Number((await session.run(feedsOf(at), [targetOutput]))[targetOutput].data[0]);
      };
      const places = Array.from({ length: 40 }, (_, i) => (i + 0.5) / 40);
      const integrals: number[] = [];
      for (const token of ids.keys()) {
        let integral = 0;
        for (const place of places)
          integral += ((await value(place, token, 0.02)) - (await value(place, token, -0.02))) / 0.04 / places.length;
        integrals.push(integral);
      }
      return integrals;
    });
    const largest = Math.max(...attributions.map(Math.abs));
    attributions.forEach((expected, i) => {
      assert.ok(Math.abs(found.attributions[0]![i] - expected) < 5e-3 * largest, `${tokens[i].text}: ${found.attributions[0]![i]} and ${expected}`); // prettier-ignore
    });
  } finally {
    folder.remove();
  }
});

test('where the line is too sharp for the last attempt, the error that is left is told', async () => {
  const folder = textFolderOf('gpt2-past.ts14');
  try {
    const found = await integratedGradients(
      keepingRuntime(),
      ask(readTextModel(folder.path), wordsOf([20, 30, 40])),
      none,
    );
    const difference = found.value - found.baseline;
    assert.ok(found.completenessError > 0.01 && found.completenessError < 0.2);
    assert.equal(found.steps, 200);
    const error = Math.abs(sum(found.attributions[0]!) - difference) / Math.abs(difference);
    assert.ok(Math.abs(error - found.completenessError) < 1e-5);
    assert.match(found.baselineIs, /zero/);
  } finally {
    folder.remove();
  }
});
