import fc from 'fast-check';
import { randomTensor } from '../support/vjp-check';
import { broadcastable, dims, setting } from './draws';
import type { Row } from './test-rows';

const size = fc.integer({ min: 1, max: 4 });
const flag = fc.nat(1);
const swapped = (d: readonly number[], on: number) => (on ? [...d.slice(0, -2), d[d.length - 1], d[d.length - 2]] : d);
const alphas = fc.constantFrom(1, 0.5, -1.3);

/** Operands [...batch, m, k] and [...batch, k, n]; a rank below 2 stands for a 1-D operand. */
const operands = fc
  .tuple(broadcastable(2, 3), size, size, size, fc.constantFrom('matrices', 'row', 'column', 'both', 'weight'))
  .map(([[p, q], m, k, n, kind]) => ({
    a: kind === 'row' || kind === 'both' ? [k] : [...p, m, k],
    b: kind === 'column' || kind === 'both' ? [k] : kind === 'weight' ? [k, n] : [...q, k, n],
  }));

export const matmulRows: readonly Row[] = [
  {
    name: 'MatMul: 1-D, 2-D, batches that broadcast on either side',
    runs: 60,
    draw: fc.tuple(operands, setting).map(([{ a, b }, s]) => ({
      op: 'MatMul',
      inputs: [randomTensor(a, s.seed), randomTensor(b, s.seed + 1)],
      step: 0.1,
      ...s,
    })),
  },
  {
    name: 'MatMul by a constant weight',
    draw: fc.tuple(dims(1, 4), size, setting).map(([a, n, s]) => ({
      op: 'MatMul',
      inputs: [randomTensor(a, s.seed), randomTensor([a[a.length - 1], n], s.seed + 1)],
      wrt: [0],
      step: 0.1,
      ...s,
    })),
  },
  {
    name: 'FusedMatMul with transpositions and alpha',
    runs: 60,
    draw: fc.tuple(operands, flag, flag, alphas, setting).map(([{ a, b }, transA, transB, alpha, s]) => ({
      op: 'com.microsoft:FusedMatMul',
      inputs: [
        randomTensor(a.length > 1 && b.length > 1 ? swapped(a, transA) : a, s.seed),
        randomTensor(b.length > 1 ? swapped(b, transB) : b, s.seed + 1),
      ],
      // Beside a vector on the right, ONNX Runtime's kernel and its shape inference disagree about transA.
      attributes: { transA: b.length > 1 ? transA : 0, transB, alpha: { float: alpha } },
      step: 0.1,
      ...s,
    })),
  },
  {
    name: 'FusedMatMul with the batch behind the rows',
    runs: 20,
    draw: fc
      .tuple(dims(1, 2), size, size, size, flag, flag, flag, flag, setting)
      .map(([batch, m, k, n, batchA, batchB, transA, transB, s]) => {
        const laid = (rows: number, columns: number, on: number) =>
          on ? [rows, ...batch, columns] : [...batch, rows, columns];
        return {
          op: 'com.microsoft:FusedMatMul',
          inputs: [
            randomTensor(transA ? laid(k, m, batchA) : laid(m, k, batchA), s.seed),
            randomTensor(transB ? laid(n, k, batchB) : laid(k, n, batchB), s.seed + 1),
          ],
          attributes: { transBatchA: batchA, transBatchB: batchB, transA, transB },
          step: 0.1,
          ...s,
        };
      }),
  },
  ...(['Gemm', 'com.microsoft:FusedGemm'] as const).map((op): Row => ({
    name: `${op} with transpositions, alpha, beta and any c`,
    runs: 40,
    draw: fc
      .tuple(
        fc.tuple(size, size, size),
        flag,
        flag,
        alphas,
        alphas,
        fc.constantFrom('none', 'scalar', 'row', 'column', 'full', 'one'),
        fc.constantFrom('Tanh', 'Sigmoid', 'Softplus'),
        setting,
      )
      .map(([[m, k, n], transA, transB, alpha, beta, kind, activation, s]) => {
        const c = { none: null, scalar: [], row: [n], column: [m, 1], full: [m, n], one: [1, n] }[kind];
        return {
          op,
          inputs: [
            randomTensor(swapped([m, k], transA), s.seed),
            randomTensor(swapped([k, n], transB), s.seed + 1),
            c && randomTensor(c, s.seed + 2),
          ],
          attributes: {
            transA,
            transB,
            alpha: { float: alpha },
            beta: { float: beta },
            ...(op !== 'Gemm' && { activation }),
          },
          ...s,
        };
      }),
  })),
  {
    name: 'FusedGemm with LeakyRelu or Elu, slope in activation_alpha',
    runs: 6,
    draw: fc.tuple(setting, fc.constantFrom('LeakyRelu', 'Elu')).map(([s, activation]) => ({
      op: 'com.microsoft:FusedGemm',
      inputs: [
        randomTensor([3, 4], s.seed, 0.5, 1),
        // Columns of one sign: no sum comes near the kink.
        { ...randomTensor([4, 2], s.seed), data: Float32Array.of(1, -1, 0.5, -0.5, 1, -0.7, 0.2, -1) },
        null,
      ],
      attributes: { activation, activation_alpha: { float: 0.3 } },
      ...s,
    })),
  },
  {
    name: 'Einsum',
    runs: 60,
    draw: fc
      .tuple(
        fc.constantFrom(
          'ij,jk->ik',
          'bhid,bhjd->bhij',
          'bhij,bhjd->bhid',
          'bij,jk',
          'i,i->',
          'i,j->ij',
          'ij->ji',
          'ij->i',
          'ij->',
          'ij',
          'ij,ij->',
          'ij,i->j',
          'ij,kl->il',
          'bi,bj,bk->bijk',
          'a b c, c d -> a b d',
          '...ij,...jk->...ik',
          '...i,i->...',
          'i...,ij->...j',
          '...ij,jk',
          'b...i,b...j->b...ij',
          'Ab,bA->b',
        ),
        fc.tuple(size, size, size),
        setting,
      )
      .map(([equation, sizes, s]) => {
        const letters = [...new Set(equation.replace(/[^A-Za-z]/g, ''))];
        const of = (l: string) => 1 + ((sizes[letters.indexOf(l) % 3] + letters.indexOf(l)) % 4);
        const terms = equation.replaceAll(' ', '').split('->')[0].split(',');
        return {
          op: 'Einsum',
          inputs: terms.map((t, i) =>
            randomTensor(
              t.split('...').flatMap((part, j) => [...(j > 0 ? sizes.slice(0, 2) : []), ...[...part].map(of)]),
              s.seed + i,
            ),
          ),
          attributes: { equation },
          ...s,
        };
      }),
  },
  {
    name: 'Einsum whose ellipsis broadcasts',
    draw: fc
      .tuple(broadcastable(2, 3), fc.constantFrom('...ij,...jk->...ik', 'i...j,...j->i...', '...ij,...->...j'), setting)
      .map(([[p, q], equation, s]) => {
        // Of ellipses of different ranks ONNX Runtime itself makes a segmentation fault.
        const rank = Math.max(p.length, q.length);
        const [a, b] = [p, q].map((d) => [...Array<number>(rank - d.length).fill(1), ...d]);
        const shapes =
          equation[0] === 'i'
            ? [
                [2, ...a, 3],
                [...b, 3],
              ]
            : [[...a, 2, 3], equation.endsWith('k') ? [...b, 3, 2] : b];
        return {
          op: 'Einsum',
          inputs: shapes.map((d, i) => randomTensor(d, s.seed + i)),
          attributes: { equation },
          ...s,
        };
      }),
  },
];
