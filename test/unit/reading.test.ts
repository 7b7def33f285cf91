import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../src/shared/errors';
import { methods, type Explanation, type LayerRange, type TowerTrace } from '../../src/shared/explanation';
import { gradCam, meanAttention, meanRelevance, meanSigned, type Heads } from '../../src/shared/heads';
import { parseLayers, resolveLayers } from '../../src/shared/layers';
import type { Matrix } from '../../src/shared/matrix';
import { read } from '../../src/shared/reading';
import { floatTensor, type FloatTensor } from '../../src/shared/tensor';
import { assertClose } from './support/close';
import { explanation, prompt, tower } from './support/explanation';
import { goldens, type Goldens } from './support/goldens';

/** A tower of a fixture as the engine would reduce it; in the vision tower the batch is 1, in the text tower it is the prompt. */
function trace(golden: Goldens, stack: string, readOut: TowerTrace['readOut'], prefix: number): TowerTrace {
  const K = golden.meta.targets.length;
  const layersOf = (name: string): number[] => golden.meta.attentions.flatMap((a, i) => (a.stack === name ? [i] : []));
  const stacked = (at: number, reduce: (heads: Heads) => Matrix): FloatTensor => {
    const entries = Array.from({ length: K }, (_, k) => reduce(golden.heads(k, at, readOut === 'prompt' ? k : 0)));
    const [{ rows, columns }] = entries as [Matrix];
    return floatTensor([K, rows, columns], Float32Array.from(entries.flatMap((m) => [...m.data])));
  };
  const traces = (at: number) => ({
    relevance: stacked(at, meanRelevance),
    signed: stacked(at, meanSigned),
    attention: stacked(at, meanAttention),
    gradCam: stacked(at, gradCam),
  });
  const blocks = layersOf(stack).map(traces);
  const [head] = readOut === 'pooling' ? layersOf('vision-pooling') : [];
  return {
    layers: blocks.length,
    heads: 4,
    tokens: blocks[0]!.relevance.dims[2]!,
    readOut,
    prefix,
    relevance: blocks.map((b) => b.relevance),
    signed: blocks.map((b) => b.signed),
    attention: blocks.map((b) => b.attention),
    gradCam: blocks.map((b) => b.gradCam),
    pooling: head === undefined ? null : { heads: 4, ...traces(head) },
  };
}

function fixtureExplanation(fixture: string, readOut: 'cls' | 'pooling'): { golden: Goldens; traced: Explanation } {
  const golden = goldens(fixture);
  const prompts = golden.meta.targets.map((_, k) => {
    const { row } = golden.meta.read_row.find((r) => r.suffix === 'text' && r.target === k)!;
    return { ...prompt(Array.from({ length: row - 1 }, (_, i) => `w${i}`).join(' '), 0, 0), readOut: row };
  });
  const vision = trace(golden, 'vision', readOut, readOut === 'cls' ? 1 : 0);
  const traced = { ...explanation({ prompts, grid: [4, 4] }), vision, text: trace(golden, 'text', 'prompt', 0) };
  return { golden, traced };
}

for (const range of ['all', 'last'] as const) {
  test(`clip.ts14, ${range}: the image map is the golden row, the token scores its text row divided by the sum`, () => {
    const { golden, traced } = fixtureExplanation('clip.ts14', 'cls');
    const reading = read(traced, { method: 'relevance', layers: range, textLayers: range });
    for (const [k, { map, tokens, words }] of reading.prompts.entries()) {
      assertClose(map, golden.tensor(`relevance.${k}.${range}.vision`).data, 1e-5, `map ${k}`);
      const row = golden.tensor(`relevance.${k}.${range}.text`).data;
      const total = row.reduce((sum, v) => sum + v, 0);
      assertClose(
        tokens,
        row.map((v) => v / total),
        1e-5,
        `tokens ${k}`,
      );
      assert.deepEqual(words, tokens);
    }
  });

  test(`siglip.ts14, ${range}: the map is read through the pooling head`, () => {
    const { golden, traced } = fixtureExplanation('siglip.ts14', 'pooling');
    const reading = read(traced, { method: 'relevance', layers: range, textLayers: range });
    for (const [k, { map }] of reading.prompts.entries())
      assertClose(map, golden.tensor(`relevance.${k}.${range}.vision`).data, 1e-5, `map ${k}`);
    assert.deepEqual(reading.layers, range === 'all' ? { first: 0, last: 3 } : { first: 3, last: 3 });
  });
}

test('every method gives finite maps of the grid and token scores whose magnitudes sum to 1, with CLS and with a pooling head', () => {
  const pooled = explanation();
  const vision = tower({ layers: 3, tokens: 6, prompts: 2, readOut: 'pooling', prefix: 0 });
  const ranges: readonly LayerRange[] = [{ first: 0, last: 2 }, { first: 1, last: 1 }]; // prettier-ignore
  for (const traced of [explanation(), { ...pooled, vision }])
    for (const method of methods)
      for (const layers of [...ranges, 'last', 'all'] as const)
        for (const { map, tokens } of read(traced, { method, layers, textLayers: 'all' }).prompts) {
          assert.equal(map.length, 6);
          assert.ok(map.every(Number.isFinite) && map.some((v) => v !== 0), `${method}`);
          if (method !== 'signed') assert.ok(map.every((v) => v >= 0));
          assertClose([tokens.reduce((sum, v) => sum + Math.abs(v), 0)], [1], 1e-9, method);
        }
});

test('raw attention is the read-out row of the last layer of the range', () => {
  const traced = explanation();
  const { prompts } = read(traced, { method: 'raw', layers: { first: 0, last: 1 } });
  assert.deepEqual(prompts[0]!.map, traced.vision.attention[1]!.data.slice(1, 7));
  assert.deepEqual(prompts[1]!.map, prompts[0]!.map, 'it does not depend on the prompt');
});

test('grad-CAM through a pooling head is the head’s own where the range ends with it', () => {
  const vision = tower({ layers: 3, tokens: 6, prompts: 2, readOut: 'pooling', prefix: 0 });
  const { prompts } = read({ ...explanation(), vision }, { method: 'grad-cam', layers: 'last' });
  assert.deepEqual(prompts[1]!.map, vision.pooling!.gradCam.data.slice(6, 12));
});

test('tokens of one word are summed, special tokens are left out', () => {
  const man = prompt('a man with eyeglasses', 1, 1);
  const tokens = [...man.tokens.slice(0, 4), { text: 'eye', id: 7, special: false, word: 3 }, { text: 'glasses', id: 8, special: false, word: 3 }, man.tokens[5]!]; // prettier-ignore
  const traced = explanation({ prompts: [{ ...man, tokens, readOut: 6 }] });
  const [reading] = read(traced, { method: 'relevance' }).prompts;
  assert.equal(reading!.tokens.length, 5);
  assert.equal(reading!.words.length, 4);
  assert.equal(reading!.words[3], reading!.tokens[3]! + reading!.tokens[4]!);
});

test('a trace of zeros gives zeros, never NaN', () => {
  const traced = explanation();
  const zero = (t: TowerTrace): TowerTrace => {
    const none = (list: readonly FloatTensor[]) => list.map(({ dims, data }) => floatTensor(dims, new Float32Array(data.length))); // prettier-ignore
    return { ...t, relevance: none(t.relevance), signed: none(t.signed), attention: none(t.attention), gradCam: none(t.gradCam) }; // prettier-ignore
  };
  for (const method of methods)
    for (const { map, tokens, words } of read(
      { ...traced, vision: zero(traced.vision), text: zero(traced.text) },
      { method, layers: 'all', textLayers: 'all' },
    ).prompts)
      // prettier-ignore
      assert.ok([...map, ...tokens, ...words].every((v) => v === 0), method);
});

test('a word at the read-out position does not count the I that R starts from', () => {
  const full = prompt('one two three', 1, 1);
  const tokens = full.tokens.slice(0, 4);
  const traced = explanation({ prompts: [{ ...full, tokens, readOut: 3 }] });
  const row = traced.text.relevance[1]!.data.subarray(3 * traced.text.tokens).slice(1, 4);
  const total = row.reduce((sum, v) => sum + v, 0);
  assertClose(
    read(traced, { method: 'relevance' }).prompts[0]!.tokens,
    row.map((v) => v / total),
    1e-6,
    'scores',
  );
});

test('the model’s recommendation is the default', () => {
  const base = explanation();
  const traced = { ...base, model: { ...base.model, recommended: { layers: 'all', textLayers: { first: 0, last: 0 } } as const } }; // prettier-ignore
  const { layers, textLayers } = read(traced, { method: 'relevance' });
  assert.deepEqual([layers, textLayers], [{ first: 0, last: 2 }, { first: 0, last: 0 }]); // prettier-ignore
});

test('layers: last, all, A-B, A; anything else and what does not exist is refused with a way out', () => {
  assert.equal(parseLayers('last'), 'last');
  assert.equal(parseLayers(' ALL '), 'all');
  assert.deepEqual(parseLayers('2-5'), { first: 2, last: 5 });
  assert.deepEqual(parseLayers('2–5'), { first: 2, last: 5 });
  assert.deepEqual(parseLayers('4'), { first: 4, last: 4 });
  for (const wrong of ['', '-1', '1-', 'first', '5-2', '1.5', '1e1', '99999999999999999999'])
    assert.throws(() => parseLayers(wrong), UsageError, wrong);

  assert.deepEqual(resolveLayers('last', 6), { first: 5, last: 5 });
  assert.deepEqual(resolveLayers('all', 6), { first: 0, last: 5 });
  assert.deepEqual(resolveLayers({ first: 0, last: 5 }, 6), { first: 0, last: 5 });
  for (const range of [
    { first: 0, last: 6 },
    { first: -1, last: 2 },
    { first: 3, last: 2 },
    { first: 0.5, last: 2 },
  ])
    // prettier-ignore
    assert.throws(() => resolveLayers(range, 6), UsageError);
  assert.throws(() => resolveLayers({ first: 3, last: 12 }, 12, 'image tower'), {
    message:
      'Layers 3-12 do not exist: the image tower has 12 layers, numbered 0 to 11. Choose last, all, or a range within 0-11.',
  });
});
