import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explanationJson, jsonText } from '../../src/explain/report/json';
import { formatTable } from '../../src/cli/table';
import { clipped, displayWidth, printable } from '../../src/shared/width';
import type { Explanation } from '../../src/shared/explanation';
import { logitText, percent, shareText, valueText } from '../../src/shared/format';
import { read } from '../../src/shared/reading';
import { explanation, prompt } from './support/explanation';

const assumed = (base: Explanation): Explanation => ({
  ...base,
  model: { ...base.model, logitScale: { value: 100, bias: 0, assumed: true } },
});

test('the JSON holds the contract’s fields, in its order and shape', () => {
  const traced = explanation({ warnings: ['Something to know.'] });
  const json = explanationJson(traced, read(traced, { method: 'rollout', layers: 'all' }));
  assert.deepEqual(Object.keys(json).slice(0, 6), ['model', 'image', 'method', 'layers', 'prompts', 'timings']);
  assert.deepEqual(json.image, { path: '/pictures/space.png', width: 640, height: 480, crop: { x: 80, y: 0, width: 480, height: 480 } }); // prettier-ignore
  assert.deepEqual(json.layers, { vision: [0, 2], text: [1, 1] });
  assert.equal(json.method, 'rollout');
  const [first] = json.prompts;
  assert.deepEqual(Object.keys(first!), ['text', 'logit', 'probability', 'tokens', 'words', 'grid', 'relevance']);
  assert.deepEqual(first!.tokens.map((t) => t.text), ['a', 'bald', 'man'], 'no special tokens'); // prettier-ignore
  assert.deepEqual(first!.grid, [2, 3]);
  assert.deepEqual(first!.relevance.map((row) => row.length), [3, 3]); // prettier-ignore
  assert.deepEqual(json.warnings, ['Something to know.']);
});

test('the JSON marks an assumed logit scale and a prompt that was cut', () => {
  const traced = assumed(explanation({ prompts: [{ ...prompt('a cow', 3, 1), truncatedTo: 75 }] }));
  const json = explanationJson(traced, read(traced, { method: 'relevance' }));
  assert.deepEqual(json.logitScale, { value: 100, bias: 0, assumed: true });
  assert.equal(json.prompts[0]!.truncatedTo, 75);
});

test('the JSON file parses back to the same values, whatever a prompt holds; a row of numbers is one line', () => {
  const hostile = '[ \n  1,\n  2  ] "\\ </script> \u2028 \ud83d\ude80';
  const traced = explanation({ prompts: [prompt(hostile, 1, 1)] });
  const json = explanationJson(traced, read(traced, { method: 'signed' }));
  const text = jsonText(json);
  assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(json)));
  assert.match(text, /\n +\[ -?[\d.e-]+, -?[\d.e-]+, -?[\d.e-]+ \]/);
});

test('the table aligns its columns and keeps the user’s order', () => {
  const traced = explanation({
    prompts: [prompt('a bald man', 10.3463, 0.0034), prompt('一只猫 🐈', 16.0179, 0.9938), prompt('a cow', 3.4897, 0)],
  });
  const base = read(traced, { method: 'relevance' });
  const prompts = base.prompts.map((p) => ({ ...p, words: p.words.map((_, i) => (i === 0 ? 0.25 : 0.5)) }));
  assert.equal(
    formatTable(traced, { ...base, prompts }),
    `prompt         logit    probability
a bald man     10.35          0.3 %  ▏
一只猫 🐈      16.02         99.4 %  ███████████████████████▉
a cow           3.49          0.0 %

words       relevance, layer 1, the last
a bald man  a 0.25   bald 0.50   man 0.50
一只猫 🐈   一只猫 0.25   🐈 0.50
a cow       a 0.25   cow 0.50
`,
  );
});

test('the table marks an assumed logit scale and prompts that were cut, and says what the marks mean', () => {
  const traced = assumed(explanation({ prompts: [{ ...prompt('a very long prompt', 3, 1), truncatedTo: 75 }] }));
  const text = formatTable(traced, read(traced, { method: 'relevance' }), 80);
  assert.match(text, /probability †\n/);
  assert.match(text, /a very long prompt \* /);
  assert.match(text, /\* cut after 75 tokens/);
  assert.match(text, /† The logit scale 100 is assumed/);
  assert.ok(
    text.split('\n').every((line) => displayWidth(line) <= 80),
    text,
  );
});

test('no prompt commands the terminal or reorders the numbers', () => {
  const hostile = 'a \u001b[2J\u0007\r\nb\u202ec\u0085';
  assert.equal(printable(hostile), 'a \\u001b[2J\\u0007\\r\\nb\\u202ec\\u0085');
  assert.equal(printable('👩‍🚀 قطة'), '👩‍🚀 قطة', 'joiners and scripts stay');
  const traced = explanation({ prompts: [prompt(hostile, 1, 0.5), prompt('قطة صغيرة', 1, 0.5)] });
  const text = formatTable(traced, read(traced, { method: 'relevance' }));
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  assert.match(text, /صغيرة\u200e +1\.00/, 'a left-to-right mark stands before the number');
});

test('widths are those of a terminal', () => {
  for (const [text, width] of [
    ['cow', 3],
    ['猫', 2],
    ['한', 2],
    ['👩‍🚀', 2],
    ['🇫🇷', 2],
    ['é', 1],
    ['e\u0301', 1],
    ['❤️', 2],
    ['قطة', 3],
    ['\u200e', 0],
  ] as const)
    // prettier-ignore
    assert.equal(displayWidth(text), width, text);
  assert.equal(clipped('一只坐在垫子上的猫', 8), '一只坐…');
  assert.equal(clipped('a cow', 5), 'a cow');
});

test('numbers as people read them', () => {
  assert.deepEqual([0.9938, 0, 1, 0.00004, 0.99999, NaN].map(percent), ['99.4 %', '0.0 %', '100.0 %', '< 0.1 %', '> 99.9 %', '–']); // prettier-ignore
  assert.deepEqual([10.3463, -3.2, -0.001].map(logitText), ['10.35', '−3.20', '0.00']);
  assert.deepEqual([0.4459, -0.81].map(shareText), ['0.45', '−0.81']);
  assert.deepEqual([0.3216, 0, 0.00123, 12.345, 1234.5, -0.5, 1.234e-5, 123456, Infinity].map(valueText), ['0.322', '0', '0.00123', '12.3', '1235', '−0.500', '1.23e-5', '1.23e+5', '–']); // prettier-ignore
});
