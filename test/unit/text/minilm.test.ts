import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { TextHeads } from '../../../src/explain/text/heads';
import { explainText as explainQuestion, withTextQuestion } from '../../../src/explain/text/explain-text';
import { readTextModel } from '../../../src/explain/text/model';
import { questionOf } from '../../../src/explain/text/question';
import { textStatisticsOf } from '../../../src/explain/text/statistics';
import { textThumbnailsOf } from '../../../src/explain/text/thumbnails';
import { readSafetensors } from '../../../src/shared/safetensors';
import type { FloatTensor } from '../../../src/shared/tensor';
import { floatTensor } from '../../../src/shared/tensor';
import { meanIsNoise, textRelevance } from '../../../src/shared/text/reading';
import { assertNearGolden } from '../support/close';
import { explainText, textTensors } from '../support/ask-text';
import { keepingRuntime } from '../support/ort';

const folder = join(process.cwd(), 'models/minilm');
const model = readTextModel(folder);
const runtime = keepingRuntime();
const request = { model, target: null, maxTokens: null, onLongText: 'error' } as const;
const texts = {
  fox: { text: 'The quick brown fox jumps over the lazy dog.', pair: null },
  pair: { text: 'The cat sat on the mat.', pair: 'It was purring.' },
};
const vector = (data: ArrayLike<number>): FloatTensor => floatTensor([data.length], Float32Array.from(data));

for (const [name, asked] of Object.entries(texts))
  test(`MiniLM on golden-${name}: saliency, hidden states, relevance of every row and all tensors are PyTorch's`, async () => {
    const golden = readSafetensors(readFileSync(join(folder, `golden-${name}.safetensors`))).tensors;
    const { explanation, tensors } = await textTensors(runtime, { ...request, ...asked });
    const [sequence] = explanation.sequences;
    const tokens = sequence.tokens.length;
    assert.deepEqual(
      Object.keys(tensors).filter((key) => !(key in golden)),
      [],
    );
    for (const [key, actual] of Object.entries(tensors))
      if (key.startsWith('input.')) assert.deepEqual([...actual.data], [...golden[key].data], key);
      else assertNearGolden(actual, golden[key], 1e-4, key);

    assertNearGolden(vector(sequence.saliency!.l2), golden['saliency.l2'], 1e-4, 'l2');
    assertNearGolden(vector(sequence.saliency!.gradXInput), golden['saliency.grad_x_input'], 1e-4, 'gradient × input');
    assert.ok(meanIsNoise(sequence.saliency!));
    assertNearGolden(sequence.hidden!.mean, golden['hidden.mean'], 1e-4, 'hidden mean');
    for (let state = 0; state <= 6; state++) {
      const { data, dims } = golden[`hidden.${state}`];
      const row = (t: number) => Array.from((data as Float32Array).subarray(t * dims[2], (t + 1) * dims[2]));
      for (let t = 0; t < tokens; t++) {
        assert.ok(Math.abs(sequence.hidden!.norm.data[state * tokens + t] - Math.hypot(...row(t))) < 1e-3);
        if (t === tokens - 1) continue;
        const product = row(t).reduce((sum, x, i) => sum + x * row(t + 1)[i], 0);
        const cosine = product / Math.hypot(...row(t)) / Math.hypot(...row(t + 1));
        assert.ok(Math.abs(sequence.hidden!.cosine.data[state * (tokens - 1) + t] - cosine) < 1e-4);
      }
    }
    const rows = sequence.tokens.flatMap((_, token) => [
      ...textRelevance(explanation, { sequence: 0, token, layers: { first: 0, last: 5 } }).own,
    ]);
    const { dims } = golden['relevance.all'];
    assertNearGolden(floatTensor(dims, Float32Array.from(rows)), golden['relevance.all'], 1e-4, 'relevance');
    assert.deepEqual(
      explanation.attentions.map(({ name, layers, heads, causal }) => ({ name, layers, heads, causal })),
      [{ name: 'self', layers: 6, heads: 12, causal: false }],
    );
    assert.equal(explanation.target.text, 'sum(last_hidden_state)');
    const sum = (golden['output.last_hidden_state'].data as Float32Array).reduce((a, x) => a + x, 0);
    assert.ok(Math.abs(explanation.target.value - sum) < 2e-3);
  });

test('tokens know their side, their text and their place in it', async () => {
  const explained = await explainText(runtime, { ...request, ...texts.pair });
  const { tokens, words, readOut, cut } = explained.sequences[0];
  assert.deepEqual(
    tokens.map(({ text, part, source }) => `${text} ${part} ${source}`).join(', '),
    '[CLS] 0 null, the 0 0, cat 0 0, sat 0 0, on 0 0, the 0 0, mat 0 0, . 0 0, [SEP] 0 null, it 1 1, was 1 1, pu 1 1, rring 1 1, . 1 1, [SEP] 1 null',
  );
  assert.deepEqual(
    tokens.map(({ source, start, end }) => (source === null ? null : explained.texts[source].slice(start!, end!))),
    [null, 'The', 'cat', 'sat', 'on', 'the', 'mat', '.', null, 'It', 'was', 'pu', 'rring', '.', null],
  );
  assert.deepEqual(words, ['The', 'cat', 'sat', 'on', 'the', 'mat.', 'It', 'was', 'purring.']);
  assert.deepEqual([readOut, cut], [0, null]);
});

test('the similarity of two texts is the cosine of their averages, read alone, with the gradient of the first', async () => {
  const explained = await explainText(runtime, { ...request, ...texts.pair, target: 'similarity' });
  const averages = [];
  for (const text of [texts.pair.text, texts.pair.pair]) {
    const { tensors } = await textTensors(runtime, { ...request, text, pair: null });
    const { data, dims } = tensors['output.last_hidden_state'] as FloatTensor;
    averages.push(
      Array.from({ length: dims[2] }, (_, d) => {
        let sum = 0;
        for (let t = 0; t < dims[1]; t++) sum += data[t * dims[2] + d];
        return sum / dims[1];
      }),
    );
  }
  const [a, b] = averages;
  const cosine = a.reduce((sum, x, i) => sum + x * b[i], 0) / Math.hypot(...a) / Math.hypot(...b);
  assert.ok(Math.abs(explained.target.value - cosine) < 1e-5);
  assert.equal(explained.sequences[0].tokens.length, 9);
  assert.deepEqual(explained.texts, [texts.pair.text, texts.pair.pair]);
  // The cosine of a text with itself is greatest: its gradient is rounding noise.
  const same = await explainText(runtime, { ...request, text: 'a cat', pair: 'a cat', target: 'similarity' });
  assert.ok(Math.abs(same.target.value - 1) < 1e-5);
  assert.ok(Math.max(...same.sequences[0].saliency!.l2) < 1e-4 * Math.max(...explained.sequences[0].saliency!.l2));
});

test('heads, statistics and thumbnails say what the whole tensors say, in one run', async () => {
  const asked = { ...request, ...texts.fox };
  const { tensors } = await textTensors(runtime, asked);
  const question = questionOf(asked);
  let runs = 0;
  const none = () => Promise.resolve();
  await withTextQuestion(runtime, question, async (session) => {
    const kept = new Map<string, FloatTensor>();
    const store = {
      room: 2 ** 28,
      get: (n: string) => kept.get(n),
      set: (n: string, t: FloatTensor) => kept.set(n, t),
    };
    const counting = { ...session, run: (...feeds: Parameters<typeof session.run>) => (runs++, session.run(...feeds)) };
    const source = new TextHeads(counting, question, store);
    for (const layer of [3, 0]) {
      const heads = await source.layer({ group: 0, layer, gradient: true });
      assert.deepEqual(heads.attention.data, tensors[`attention.${layer}`].data);
      assert.deepEqual(heads.gradient?.data, tensors[`gradient.0.${layer}`].data);
    }
    const [statistics] = await textStatisticsOf(source, question, none);
    assert.deepEqual([...statistics.relevance.dims], [1, 6, 12]);
    assert.ok(Math.abs(statistics.relevance.data.reduce((a, b) => a + b, 0) - 1) < 1e-5);
    const first = (tensors['attention.2'].data as Float32Array).filter((_, i) => i % 12 === 0);
    const sink = first.slice(12 * 5, 12 * 6).reduce((a, b) => a + b, 0) / 12;
    assert.ok(Math.abs(statistics.sink.data[2 * 12 + 5] - sink) < 1e-6);
    const thumbnails = await textThumbnailsOf(source, question, { group: 0, quantity: 'attention' }, none);
    assert.deepEqual([...thumbnails.matrices.dims], [6, 12, 12, 12]);
    assert.deepEqual([...thumbnails.rows.data.subarray(0, 12)], [...tensors['attention.0'].data.slice(0, 12)]);
    assert.equal(runs, 1);
    assert.throws(() => source.check({ group: 1, layer: 0 }), /group 1 does not exist/);
    assert.throws(() => source.check({ group: 0, layer: 6 }), /Layer 6 does not exist.*0 to 5/);
  });
});

test('the run of an explanation takes along the heads that are looked at, or all of a short text', async () => {
  const question = questionOf({ ...request, ...texts.fox });
  const keptFor = async (looked: Parameters<typeof explainQuestion>[3], room = 2 ** 28) => {
    const kept = new Map<string, FloatTensor>();
    await explainQuestion(runtime, question, { room, get: (n) => kept.get(n), set: (n, t) => kept.set(n, t) }, looked);
    return kept;
  };
  const all = await keptFor(null);
  assert.equal(all.size, 12);
  for (const [looked, names] of [
    [{ group: 0, layer: 4, gradient: false }, ['attention.0.4']],
    [{ group: 0, layer: 4, gradient: true }, ['attention.0.4', 'gradient.0.4']],
    // Of another model.
    [{ group: 1, layer: 4, gradient: true }, []],
    [{ group: 0, layer: 11, gradient: true }, []],
  ] as const) {
    const kept = await keptFor(looked);
    assert.deepEqual([...kept.keys()], names);
    for (const [name, { dims, data }] of kept) assert.deepEqual({ dims, data }, { dims: all.get(name)!.dims, data: all.get(name)!.data }); // prettier-ignore
  }
  assert.equal((await keptFor(null, 1000)).size, 0);
});
