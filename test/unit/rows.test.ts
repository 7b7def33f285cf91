import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { methods, type Explanation, type TowerTrace } from '../../src/shared/explanation';
import { layerCount } from '../../src/shared/layers';
import { read } from '../../src/shared/reading';
import { rowsOf } from '../../src/shared/rows';
import { floatTensor } from '../../src/shared/tensor';

const grid = [2, 3] as const;

/** Random traces: the rows must say what the traces say, so any numbers do. */
function tower(readOut: TowerTrace['readOut'], layers: number, prompts: number, random: () => number): TowerTrace {
  const prefix = readOut === 'cls' ? 1 : 0;
  const tokens = readOut === 'prompt' ? 5 : grid[0] * grid[1] + prefix;
  const tensor = (dims: number[], signed: boolean) =>
    floatTensor(
      dims,
      Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => (signed ? random() - 0.5 : random())),
    );
  const all = (k: number, signed = false) => Array.from({ length: layers }, () => tensor([k, tokens, tokens], signed));
  const shared = readOut === 'prompt' ? prompts : 1;
  const pooling =
    readOut === 'pooling'
      ? {
          heads: 2,
          relevance: tensor([prompts, 1, tokens], false),
          signed: tensor([prompts, 1, tokens], true),
          gradCam: tensor([prompts, 1, tokens], false),
          attention: tensor([1, 1, tokens], false),
        }
      : null;
  return {
    ...{ layers, heads: 2, tokens, readOut, prefix, pooling },
    ...{ relevance: all(prompts), signed: all(prompts, true), gradCam: all(prompts), attention: all(shared) },
  };
}

function explanation(readOut: 'cls' | 'pooling', prompts: number, layers: number, seed: number): Explanation {
  let state = seed;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const token = (text: string, special: boolean, word: number) => ({ text, id: 0, special, word });
  return {
    model: {
      ...{
        name: 'm',
        path: 'm',
        kind: 'clip',
        probabilities: 'softmax',
        logitScale: null,
        about: '',
        quantised: false,
      },
      recommended: { layers: 'last', textLayers: 'last' },
    },
    image: { path: 'i', width: 6, height: 4, crop: { x: 0, y: 0, width: 6, height: 4 } },
    prompts: Array.from({ length: prompts }, () => ({
      ...{ text: 'a b', logit: 1, probability: 0.5, words: ['a', 'b'], truncatedTo: null, readOut: 3 },
      tokens: [token('<', true, -1), token('a', false, 0), token('b', false, 1), token('>', true, -1)],
    })),
    vision: tower(readOut, layers, prompts, random),
    text: tower('prompt', layers, prompts, random),
    grid,
    warnings: [],
    timings: { preprocess: 0, tokenize: 0, open: 0, run: 0, total: 0 },
  };
}

test('the rows of every method, range, prompt and tower are what the traces give', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('cls' as const, 'pooling' as const),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 1e6 }),
      (readOut, prompts, layers, seed) => {
        const whole = explanation(readOut, prompts, layers, seed);
        const rows = rowsOf(whole);
        const count = layerCount(whole.vision);
        for (const method of methods)
          for (let last = 0; last < count; last++)
            for (let first = 0; first <= last; first++) {
              const textLast = Math.min(last, layers - 1);
              const choice = {
                method,
                layers: { first, last },
                textLayers: { first: Math.min(first, textLast), last: textLast },
              };
              assertNear(read(rows, choice), read(whole, choice));
            }
      },
    ),
    { numRuns: 40 },
  );
});

function assertNear(got: ReturnType<typeof read>, wanted: ReturnType<typeof read>): void {
  got.prompts.forEach(({ map, tokens, words }, k) => {
    const near = (a: ArrayLike<number>, b: ArrayLike<number>) => {
      assert.equal(a.length, b.length);
      for (let i = 0; i < a.length; i++) assert.ok(Math.abs(a[i]! - b[i]!) <= 1e-5 * (1 + Math.abs(b[i]!)));
    };
    near(map, wanted.prompts[k]!.map);
    near(tokens, wanted.prompts[k]!.tokens);
    near(words, wanted.prompts[k]!.words);
  });
}
