import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { formatTextTable } from '../../src/cli/text-table';
import { textReportHtml } from '../../src/explain/report/text-report';
import { strongestLayers, type ReportLayer } from '../../src/explain/report/text-report-heads';
import type { HeadStatistics } from '../../src/shared/heads-data';
import { readRows } from '../../src/shared/text/read-rows';
import type { TextExplanation, TextToken } from '../../src/shared/text/explanation';
import { floatTensor } from '../../src/shared/tensor';
import { displayWidth } from '../../src/shared/width';

const hostile = '<script>alert(1)</script> "><img src=x onerror=alert(2)> \' & </style> </title> \u202e \u0000';

const tokens = (texts: readonly string[]): TextToken[] =>
  texts.map((text, i) => {
    const special = text.startsWith('[');
    const place = special ? { start: null, end: null, source: null } : { start: 4 * i, end: 4 * i + 3, source: 0 };
    return { text, id: i, special, word: special ? -1 : i - 1, part: 0, ...place };
  });

const square = (size: number, value: (i: number, j: number) => number) =>
  floatTensor(
    [size, size],
    Float32Array.from({ length: size * size }, (_, at) => value(Math.floor(at / size), at % size)),
  );

/** Two layers of two heads over these tokens; layer 1 has the relevance. */
function explanation(
  texts: readonly string[] = ['[CLS]', 'fox', '[SEP]'],
  changes: Partial<TextExplanation> = {},
): TextExplanation {
  const size = texts.length;
  const numbers = (at: (i: number) => number): Float32Array => Float32Array.from({ length: size }, (_, i) => at(i));
  return {
    model: {
      name: 'tiny',
      path: '/models/tiny',
      type: 'bert',
      about: 'For tests.',
      maxTokens: 8,
      pairs: true,
      quantised: false,
    },
    texts: ['a fox'],
    sequences: [
      {
        name: 'text',
        tokens: tokens(texts),
        words: ['fox'],
        readOut: 0,
        cut: null,
        saliency: { l2: numbers((i) => 10 * (i + 1)), mean: numbers(() => 1e-8), gradXInput: numbers((i) => i - 1) },
        hidden: {
          mean: floatTensor(
            [3, size],
            Float32Array.from({ length: 3 * size }, (_, i) => i / 10),
          ),
          norm: floatTensor([3, size], new Float32Array(3 * size)),
          cosine: floatTensor([3, size - 1], new Float32Array(3 * (size - 1))),
        },
      },
    ],
    attentions: [
      {
        ...{ name: 'self', queries: 0, keys: 0, layers: 2, heads: 2, causal: false },
        relevance: [square(size, () => 0), square(size, (i, j) => (i === 0 ? 0.1 * j : 0))],
        attention: [square(size, () => 1 / size), square(size, () => 1 / size)],
      },
    ],
    target: { text: 'sum(last_hidden_state)', label: 'sum of last_hidden_state', value: -3.21 },
    targets: [],
    warnings: [],
    timings: { tokenize: 1, open: 2, run: 3, total: 41 },
    ...changes,
  };
}

const statistics: HeadStatistics = {
  entropy: floatTensor([1, 2, 2], Float32Array.of(1, 2, 3, 4)),
  distance: floatTensor([1, 2, 2], Float32Array.of(1, 1, NaN, 1)),
  sink: floatTensor([1, 2, 2], Float32Array.of(0.5, 0.5, 0.25, 0.75)),
  relevance: floatTensor([1, 2, 2], Float32Array.of(0.1, 0.1, 0.2, 0.6)),
};

async function layersOf(explained: TextExplanation): Promise<ReportLayer[]> {
  const size = explained.sequences[0]!.tokens.length;
  const attention = floatTensor([2, size, size], new Float32Array(2 * size * size).fill(1 / size));
  return strongestLayers(explained, {
    statistics: () => Promise.resolve([statistics]),
    heads: () => Promise.resolve({ attention, gradient: attention }),
  });
}

const report = async (explained: TextExplanation, method: 'l2' | 'mean' | 'grad-x-input' = 'l2'): Promise<string> =>
  textReportHtml({ explained, method, integrated: null, layers: await layersOf(explained) });

test('the page is one file without scripts, style attributes or links, and its CSP names its one style sheet', async () => {
  for (const method of ['l2', 'mean', 'grad-x-input'] as const) {
    const page = await report(explanation(), method);
    assert.doesNotMatch(page, /<script|<link|<iframe|<object|@import|\sstyle=|\son\w+=|url\(|NaN|undefined/i);
    assert.doesNotMatch(page.replaceAll('http://www.w3.org/2000/svg', ''), /https?:/);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!;
    assert.ok(page.includes(`sha256-${createHash('sha256').update(style).digest('base64')}`));
  }
});

test('every datum is escaped: texts, tokens, model, target, warnings', async () => {
  const base = explanation(['[CLS]', hostile, '[SEP]']);
  const page = await report({
    ...base,
    texts: [hostile],
    model: { ...base.model, name: hostile, about: hostile },
    target: { text: hostile, label: hostile, value: 1 },
    warnings: [hostile],
  });
  assert.ok(!/<script|<img src=x|\u202e|\u0000/i.test(page));
  assert.equal(page.match(/<\/style>/g)!.length, 1);
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
});

test('every token has its row, its line of hidden states and one choice between them; the token that is read is chosen', async () => {
  const page = await report(explanation());
  for (const i of [0, 1, 2])
    for (const id of [`pick-0-${i}`, `token-0-${i}`, `state-0-${i}`])
      assert.equal(page.match(new RegExp(` id="${id}"`, 'g'))?.length, 1, id);
  assert.match(page, /id="pick-0-0" aria-labelledby="token-0-0" checked/);
  assert.match(page, /<td class="number">4–7<\/td>/, 'the fox’s place in the text');
});

test('the layers with most relevance come first, with all their heads and the strongest large', async () => {
  const layers = await layersOf(explanation());
  assert.deepEqual(
    layers.map(({ layer, share }) => [layer, Number(share.toFixed(4))]),
    [
      [1, 0.8],
      [0, 0.2],
    ],
  );
  const page = await report(explanation());
  assert.ok(page.indexOf('Layer 1 · 80.0 % of the relevance') < page.indexOf('Layer 0 · 20.0 % of the relevance'));
  assert.equal(page.match(/<figure class="tile/g)!.length, 4);
  assert.equal(page.match(/<figure class="tile strongest/g)!.length, 2);
  assert.match(page, /<title>Layer 1, head 1<\/title>/);
});

test('where the mean is rounding noise there is a sentence and no plot of it, in the report and in the terminal', async () => {
  const page = await report(explanation(), 'mean');
  assert.match(page, /zero here by construction/);
  assert.doesNotMatch(page, /Tokens with their mean gradient/);
  assert.match(await report(explanation()), /Tokens with their L2 norm/);
  const table = formatTextTable(explanation(), 'mean', null, 80);
  assert.match(table, /zero here by construction/);
  assert.doesNotMatch(table, /[█▏▎▍▌▋▊▉]/);
});

test('a model without attention, or a target that depends on no token, has a report nevertheless', async () => {
  const base = explanation();
  const bare = {
    ...base,
    attentions: [],
    sequences: base.sequences.map((s) => ({ ...s, saliency: null, hidden: null })),
  };
  const page = await report(bare);
  assert.match(page, /does not depend on these tokens/);
  assert.doesNotMatch(page, /class="tile|NaN|undefined/);
  assert.match(formatTextTable(bare, 'l2', null), /fox +4–7 +– +–/);
});

test('the row that is read is that of the rules, without layers there is none', () => {
  assert.deepEqual(
    Array.from(readRows(explanation())[0]!, (x) => Number(x.toFixed(4))),
    [1, 0.1, 0.2],
  );
  assert.deepEqual(readRows({ ...explanation(), attentions: [] }), [null]);
});

test('the table says target, places, saliencies with bars, and relevance, aligned, and fits the terminal', () => {
  const explained = explanation(['[CLS]', 'fox', '猫 \u0007', '[SEP]']);
  const table = formatTextTable(explained, 'l2', null, 80);
  assert.match(table, /^sum of last_hidden_state = −3\.21 {3}sum\(last_hidden_state\)\ntiny, 4 tokens\n/);
  assert.match(table, /\n\[SEP\] +40\.0 {2}████████████████████ +0\.300\n/);
  assert.match(table, /猫 \\u0007 +8–11/);
  const lines = table.split('\n');
  const numbers = lines.filter((line) => /\d$/.test(line) && /\.\d/.test(line) && !line.includes('='));
  assert.equal(new Set(numbers.map(displayWidth)).size, 1, 'the last column ends where it ends');
  assert.ok(lines.every((line) => displayWidth(line) <= 80));
});
