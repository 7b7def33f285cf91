import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Token } from '../../src/shared/explanation';
import { tokenShares, wordShares } from '../../src/shared/word-shares';

const token = (text: string, word: number): Token => ({ text, id: 1, special: word < 0, word });
const prompt = {
  text: 'a hippopotamus',
  logit: 1,
  probability: 1,
  words: ['a', 'hippopotamus'],
  tokens: [token('<start>', -1), token('a', 0), token('hippo', 1), token('potamus', 1), token('<end>', -1)],
  truncatedTo: null,
  readOut: 4,
};
const reading = { map: new Float32Array(0), tokens: [0.1, 0.6, 0.3], words: [0.1, 0.9] };

test('a word has the tokens that it was cut into, each with its own share', () => {
  const [a, hippo] = wordShares(prompt, reading);
  assert.deepEqual([a!.share, hippo!.share], [0.1, 0.9]);
  assert.deepEqual(
    hippo!.tokens.map(({ text, share }) => [text, share]),
    [
      ['hippo', 0.6],
      ['potamus', 0.3],
    ],
  );
});

test('the strongest is shaded fully, the others by their size; start and end have no share', () => {
  assert.deepEqual(
    tokenShares(prompt.tokens, reading).map(({ share, strength }) => [share, Math.round(100 * strength)]),
    [
      [null, 0],
      [0.1, 17],
      [0.6, 100],
      [0.3, 50],
      [null, 0],
    ],
  );
});

test('a negative share is as strong as its size; all zero is not shaded at all', () => {
  const signed = wordShares(prompt, { ...reading, words: [-0.5, 0.25] });
  assert.deepEqual(
    signed.map(({ strength }) => strength),
    [1, 0.5],
  );
  const zero = wordShares(prompt, { ...reading, words: [0, 0], tokens: [0, 0, 0] });
  assert.deepEqual(
    zero.map(({ strength }) => strength),
    [0, 0],
  );
});
