import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradCam, meanAttention, meanRelevance, meanSigned } from '../../src/shared/heads';
import { identity, row, type Matrix } from '../../src/shared/matrix';
import {
  attendMutually,
  attendSelf,
  coAttention,
  encoderDecoder,
  normalised,
  unrelated,
} from '../../src/shared/relations';
import { oneHot, relevanceMatrix, relevanceRow } from '../../src/shared/relevance';
import { rolloutRow } from '../../src/shared/rollout';
import { assertClose } from './support/close';
import { goldens, type Goldens } from './support/goldens';

/** Goldens are float32 sums in PyTorch's order. */
const tolerance = 1e-5;

const matrix = (...rows: number[][]): Matrix => ({
  rows: rows.length,
  columns: rows[0]!.length,
  data: Float64Array.from(rows.flat()),
});
const numbers = (m: Matrix): number[][] => Array.from({ length: m.rows }, (_, i) => Array.from(row(m, i)));

const A1 = matrix([0.5, 0.25], [0, 1]);
const A2 = matrix([0, 2], [1, 0.5]);

test('R ← R + Ā·R by hand, and one row of it without the matrix', () => {
  // (I + A2)(I + A1) = [[1, 2], [1, 1.5]] · [[1.5, .25], [0, 2]]
  assert.deepEqual(numbers(relevanceMatrix([A1, A2])), [
    [1.5, 4.25],
    [1.5, 3.25],
  ]);
  assert.deepEqual([...relevanceRow([A1, A2], oneHot(2, 0))], [1.5, 4.25]);
  assert.deepEqual([...relevanceRow([A1, A2], oneHot(2, 1))], [1.5, 3.25]);
  assert.deepEqual([...relevanceRow([], oneHot(2, 1))], [0, 1]);
});

test('rollout multiplies the row-normalised (A + I)', () => {
  // Â1 = [[6/7, 1/7], [0, 1]], Â2 = [[1/3, 2/3], [2/5, 3/5]]
  assertClose(rolloutRow([A1, A2], oneHot(2, 0)), [2 / 7, 1 / 21 + 2 / 3], 1e-12, 'row 0');
  assertClose(rolloutRow([A1, A2], oneHot(2, 1)), [12 / 35, 2 / 35 + 3 / 5], 1e-12, 'row 1');
  assert.deepEqual([...rolloutRow([matrix([0, 0], [0, 0])], oneHot(2, 1))], [0, 1]);
});

test('heads become one matrix: mean, relu of the product, product, grad-CAM', () => {
  const layer = {
    heads: 2,
    queries: 1,
    keys: 2,
    attention: Float32Array.of(0.5, 0.5, 0.25, 0.75),
    gradient: Float32Array.of(2, -4, -1, 2),
  };
  assert.deepEqual(numbers(meanAttention(layer)), [[0.375, 0.625]]);
  assert.deepEqual(numbers(meanRelevance(layer)), [[0.5, 0.75]]);
  assert.deepEqual(numbers(meanSigned(layer)), [[0.375, -0.25]]);
  // Head weights −1 and ½: ½·(−.5 + .125), ½·(−.5 + .375), both below zero.
  assert.deepEqual(numbers(gradCam(layer)), [[0, 0]]);
});

test('normalisation keeps I in a zero row', () => {
  assert.deepEqual(numbers(normalised(matrix([1, 0, 0], [1, 3, 1], [0, 0, 1]))), [
    [1, 0, 0],
    [0.25, 1.5, 0.25],
    [0, 0, 1],
  ]);
  assert.deepEqual(numbers(normalised(identity(2))), numbers(identity(2)));
});

test('self and co-attention by hand', () => {
  const s = attendSelf(matrix([0.5, 0.5], [0, 0]), unrelated(2, 1));
  assert.deepEqual(numbers(s.own), [
    [1.5, 0.5],
    [0, 1],
  ]);
  assert.deepEqual(numbers(s.other), [[0], [0]]);
  // R̄^ss = [[1.5, .5], [0, 1]]; its transpose times [2, 4]ᵀ is [3, 5]ᵀ.
  const q = { own: identity(1), other: matrix([1, 10]) };
  const both = attendMutually(matrix([2], [4]), s, q);
  assert.deepEqual(numbers(both.other), [[3], [5]]);
  assert.deepEqual(numbers(both.own), [
    [3.5, 20.5],
    [4, 41],
  ]);
});

const stackOf = ({ meta }: Goldens, stack?: string): number[] =>
  meta.attentions.flatMap((a, i) => (stack === undefined || a.stack === stack ? [i] : []));

for (const fixture of ['bert.ts14', 'clip.ts14', 'siglip.ts14', 'gpt2.ts14', 'dinov2.ts14'])
  test(`${fixture}: rows of R over all layers and over the last`, () => {
    const golden = goldens(fixture);
    for (const [t, target] of golden.meta.targets.entries())
      for (const read of golden.meta.read_row) {
        if (read.target !== undefined && read.target !== t) continue;
        const suffix = read.suffix ? `.${read.suffix}` : '';
        const pooled = read.stack === 'vision-pooling';
        const head = pooled ? stackOf(golden, 'vision-pooling')[0]! : null;
        const layers = stackOf(golden, pooled ? 'vision' : read.stack);
        for (const range of ['all', 'last']) {
          const expected = golden.tensor(`relevance.${t}.${range}${suffix}`);
          const batches = read.batch === 'all' ? expected.dims[0]! : 1;
          const rows = Array.from({ length: batches }, (_, i) => {
            const batch = read.batch === 'all' ? i : read.batch;
            const Ā = (at: number): Matrix => meanRelevance(golden.heads(t, at, batch));
            const chosen = range === 'all' ? layers : pooled ? [] : layers.slice(-1);
            const size = golden.tensor(`attention.${layers[0]!}`).dims[3]!;
            const start = head === null ? oneHot(size, read.row) : row(Ā(head), 0);
            const R = relevanceRow(chosen.map(Ā), start);
            if (head === null && chosen.length > 0)
              assertClose(R, row(relevanceMatrix(chosen.map(Ā)), read.row), 1e-12, `${fixture} row and matrix`);
            const [first, last] = read.columns!;
            return [...R.subarray(first, last ?? R.length)];
          });
          // What is dropped beyond the CLS column (registers, a distillation token) comes right after it.
          const tail = expected.dims.at(-1)!;
          const actual = rows.flatMap((r) => r.slice(-tail));
          assertClose(actual, expected.data, tolerance, `${fixture} ${target.output} ${t} ${range}${suffix}`);
        }
      }
  });

for (const fixture of ['t5.ts14', 'detr.ts14', 'bart.ts14'])
  test(`${fixture}: encoder and decoder, the row of R_qi`, () => {
    const golden = goldens(fixture);
    for (const { target = 0, batch, row: index } of golden.meta.read_row) {
      const Ā = (at: number): Matrix => meanRelevance(golden.heads(target, at, batch as number));
      const decoder = stackOf(golden, 'decoder');
      const layers = decoder.flatMap((at, i) => (i % 2 === 0 ? [{ self: Ā(at), cross: Ā(decoder[i + 1]!) }] : []));
      const R = encoderDecoder(stackOf(golden, 'encoder').map(Ā), layers);
      assertClose(row(R.other, index), golden.tensor(`relevance.${target}.all`).data, tolerance, fixture);
    }
  });

test('lxmert.ts14: co-attention in the authors’ order, row 0 of R_tt and of R_ti', () => {
  const golden = goldens('lxmert.ts14');
  for (const t of golden.meta.targets.keys()) {
    const Ā = (at: number): Matrix => meanRelevance(golden.heads(t, at, 0));
    const stack = (name: string): Matrix[] => stackOf(golden, name).map(Ā);
    const [fromVision, fromText, textSelf, visionSelf] = [
      'text-from-vision',
      'vision-from-text',
      'text-cross',
      'vision-cross',
    ].map(stack) as [Matrix[], Matrix[], Matrix[], Matrix[]];
    const cross = fromVision.map((textFromVision, layer) => ({
      textFromVision,
      textSelf: textSelf[layer]!,
      vision: layer + 1 < fromVision.length ? { fromText: fromText[layer]!, self: visionSelf[layer]! } : null,
    }));
    const R = coAttention(stack('text'), stack('vision'), cross);
    assertClose(row(R.own, 0), golden.tensor(`relevance.${t}.all.text`).data, tolerance, `text ${t}`);
    assertClose(row(R.other, 0), golden.tensor(`relevance.${t}.all.vision`).data, tolerance, `vision ${t}`);
  }
});
