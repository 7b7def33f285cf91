import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entry, row, type Matrix } from '../../../src/shared/matrix';
import { encoderDecoder } from '../../../src/shared/relations';
import { relevanceMatrix } from '../../../src/shared/relevance';
import { floatTensor, type FloatTensor } from '../../../src/shared/tensor';
import type { AttentionGroup, TextExplanation } from '../../../src/shared/text/explanation';
import { meanIsNoise, textRelevance, textRollout } from '../../../src/shared/text/reading';
import { assertClose } from '../support/close';

const drawn = (rows: number, columns: number, seed: number): FloatTensor =>
  floatTensor(
    [rows, columns],
    Float32Array.from({ length: rows * columns }, (_, i) => Math.abs(Math.sin(12.9898 * (i + 1) + 78.233 * seed)) / 3),
  );

const matrixOf = ({ dims, data }: FloatTensor): Matrix => entry(floatTensor([1, ...dims], data), 0);

const group = (name: AttentionGroup['name'], queries: number, keys: number, sizes: readonly number[], seed: number) => {
  const layers = [0, 1, 2].map((l) => drawn(sizes[queries]!, sizes[keys]!, seed + l));
  return { name, queries, keys, layers: 3, heads: 2, causal: false, relevance: layers, attention: layers };
};

/** Only what readings look at. */
const explained = (sizes: readonly number[], attentions: readonly AttentionGroup[]): TextExplanation =>
  ({
    sequences: sizes.map((length) => ({ tokens: Array.from({ length }) })),
    attentions,
  }) as unknown as TextExplanation;

test('an encoder’s relevance is a row of R, of the chosen layers', () => {
  const self = group('self', 0, 0, [5], 1);
  const R = relevanceMatrix(self.relevance.slice(1).map(matrixOf));
  const { own, other } = textRelevance(explained([5], [self]), {
    sequence: 0,
    token: 3,
    layers: { first: 1, last: 2 },
  });
  assertClose(own, row(R, 3), 1e-12, 'row 3');
  assert.equal(other, null);
});

test('a decoder’s rows are those of the rules of self- and cross-attention, without their matrices', () => {
  const sizes = [6, 4];
  const groups = [group('encoder', 0, 0, sizes, 1), group('decoder', 1, 1, sizes, 5), group('cross', 1, 0, sizes, 9)];
  const [encoder, decoder, cross] = groups.map(({ relevance }) => relevance.map(matrixOf));
  for (const [first, last] of [
    [0, 2],
    [1, 1],
    [1, 2],
  ] as const)
    // prettier-ignore
    for (let token = 0; token < 4; token++) {
      const chosen = decoder!.map((self, l) => ({ self, cross: cross![l]! })).slice(first, last + 1);
      const R = encoderDecoder(encoder!, chosen);
      const { own, other } = textRelevance(explained(sizes, groups), { sequence: 1, token, layers: { first, last } });
      assertClose(own, row(R.own, token), 1e-12, `own ${token}`);
      assertClose(other!, row(R.other, token), 1e-9, `other ${token}, layers ${first}–${last}`);
    }
});

test('an attention of zeros, which the target does not depend on, gives zeros and no NaN', () => {
  const sizes = [3, 2];
  const zero = (rows: number, columns: number) => [floatTensor([rows, columns], new Float32Array(rows * columns))];
  const part = (name: AttentionGroup['name'], queries: number, keys: number): AttentionGroup => {
    const nothing = zero(sizes[queries]!, sizes[keys]!);
    return { name, queries, keys, layers: 1, heads: 1, causal: false, relevance: nothing, attention: nothing };
  };
  const groups = [part('encoder', 0, 0), part('decoder', 1, 1), part('cross', 1, 0)];
  const { own, other } = textRelevance(explained(sizes, groups), {
    sequence: 1,
    token: 1,
    layers: { first: 0, last: 0 },
  });
  assert.deepEqual([[...own], [...other!]], [[0, 1], [0, 0, 0]]); // prettier-ignore
});

test('rollout of softmax rows keeps a sum of 1, over the encoder too', () => {
  const sizes = [6, 4];
  const softmax = (t: FloatTensor): FloatTensor => {
    const [rows, columns] = t.dims as [number, number];
    const data = Float32Array.from(t.data);
    for (let i = 0; i < rows; i++) {
      const part = data.subarray(i * columns, (i + 1) * columns);
      const total = part.reduce((a, b) => a + b, 0);
      part.forEach((v, j) => (part[j] = v / total));
    }
    return floatTensor(t.dims, data);
  };
  const groups = [
    group('encoder', 0, 0, sizes, 1),
    group('decoder', 1, 1, sizes, 5),
    group('cross', 1, 0, sizes, 9),
  ].map((g) => ({ ...g, attention: g.attention.map(softmax) }));
  const { own, other } = textRollout(explained(sizes, groups), {
    sequence: 1,
    token: 2,
    layers: { first: 0, last: 2 },
  });
  for (const [name, values] of [
    ['own', own],
    ['other', other!],
  ] as const)
    // prettier-ignore
    assertClose([values.reduce((a, b) => a + b, 0)], [1], 1e-6, name);
});

test('a mean far below the norm is noise', () => {
  const l2 = Float32Array.of(24, 74);
  const of = (mean: Float32Array) => meanIsNoise({ l2, mean, gradXInput: l2 });
  assert.equal(of(Float32Array.of(1e-8, -3e-8)), true);
  assert.equal(of(Float32Array.of(1e-8, -0.02)), false);
});
