import assert from 'node:assert/strict';
import test from 'node:test';
import { patchBox, toolAnswer } from '../../../src/host/tool/answer';
import type { ExplanationRows, Reading, TowerRows } from '../../../src/shared/explanation';

const none = { dtype: 'float32' as const, dims: [0], data: new Float32Array() };
const tower: TowerRows = {
  layers: 6,
  heads: 6,
  tokens: 5,
  readOut: 'cls',
  prefix: 1,
  pooling: null,
  relevance: none,
  signed: none,
  rollout: none,
  raw: none,
  gradCam: none,
};

/** A 2 × 2 grid on the middle of a picture of 300 × 200. */
const explained: ExplanationRows = {
  model: {
    name: 'small',
    path: '/m',
    kind: 'clip',
    probabilities: 'softmax',
    logitScale: { value: 100, bias: 0, assumed: true },
    recommended: { layers: 'all', textLayers: 'last' },
    about: 'It knows drawings.',
    quantised: false,
  },
  image: { path: '/p/a.png', width: 300, height: 200, crop: { x: 50, y: 0, width: 200, height: 200 } },
  prompts: [
    {
      text: 'a cow',
      logit: 1.23456,
      probability: 0.98765,
      tokens: [],
      words: ['a', 'cow'],
      truncatedTo: null,
      readOut: 3,
    },
  ],
  grid: [2, 2],
  warnings: ['The picture has an alpha channel.'],
  timings: { preprocess: 0, tokenize: 0, open: 0, run: 0, total: 0 },
  vision: tower,
  text: { ...tower, readOut: 'prompt' },
};
const reading: Reading = {
  method: 'signed',
  layers: { first: 0, last: 5 },
  textLayers: { first: 5, last: 5 },
  prompts: [{ map: Float32Array.of(0.25, -0.5, 0, 0.25), tokens: [], words: [0.25, 0.75] }],
};

void test('a tool’s answer: numbers, the strongest patches first with their pixels, zero ones not', () => {
  const { prompts, model, layers, image } = toolAnswer(explained, reading, false);
  assert.deepEqual(model, { name: 'small', about: 'It knows drawings.' });
  assert.deepEqual(image, { path: '/p/a.png', width: 300, height: 200 });
  assert.deepEqual(layers, { vision: 'all 6 layers (0–5)', text: 'layer 5, the last' });
  assert.deepEqual(prompts, [
    {
      text: 'a cow',
      probability: 0.9877,
      logit: 1.235,
      words: [
        { word: 'a', share: 0.25 },
        { word: 'cow', share: 0.75 },
      ],
      strongestPatches: [
        { row: 0, column: 1, share: -0.5, box: { x: 150, y: 0, width: 100, height: 100 } },
        { row: 0, column: 0, share: 0.25, box: { x: 50, y: 0, width: 100, height: 100 } },
        { row: 1, column: 1, share: 0.25, box: { x: 150, y: 100, width: 100, height: 100 } },
      ],
    },
  ]);
});

void test('the whole grid comes where it is asked for', () => {
  assert.deepEqual(toolAnswer(explained, reading, true).prompts[0]?.relevance, [
    [0.25, -0.5],
    [0, 0.25],
  ]);
});

void test('the notes say what limits the numbers: method, layers, crop, assumed scale, warnings', () => {
  const notes = toolAnswer(explained, reading, false).notes.join('\n');
  for (const said of [
    /^Signed relevance/m,
    /Probabilities compare/,
    /Artefacts grow/,
    /did not see/,
    /is assumed/,
    /alpha channel/,
  ])
    assert.match(notes, said);
});

void test('a box holds no padding, and boxes of neighbours meet', () => {
  const padded = { ...explained, image: { ...explained.image, crop: { x: 0, y: -50, width: 300, height: 300 } } };
  assert.deepEqual(patchBox(padded, 0, 0), { x: 0, y: 0, width: 150, height: 100 });
  const odd = { image: { ...explained.image, crop: { x: 0.4, y: 0, width: 199, height: 199 } }, grid: [3, 3] as const };
  const [left, right] = [patchBox(odd, 1, 0), patchBox(odd, 1, 1)];
  assert.equal(left.x + left.width, right.x);
});
