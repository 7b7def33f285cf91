import fc from 'fast-check';
import type { Tensor } from '../../../src/shared/tensor';
import { elementCount, floatTensor } from '../../../src/shared/tensor';
import type { VjpCase } from '../support/vjp-check';
import { randomTensor } from '../support/vjp-check';
import { axisOf, bytes, dims, setting, wholeNumbers } from './draws';
import type { Row } from './test-rows';

const size = fc.integer({ min: 1, max: 4 });
const scalar = (x: number) => floatTensor([], Float32Array.of(x));
const uint8 = (d: readonly number[], seed: number) => bytes('uint8', d, wholeNumbers(elementCount(d), seed, 0, 255));
const int8 = (d: readonly number[], seed: number) => bytes('int8', d, wholeNumbers(elementCount(d), seed, -128, 127));
const numbers = (t: Tensor | null | undefined) => Array.from(t?.data as Float32Array, Number);
const at = (t: Tensor | null | undefined, i: number, otherwise = 0) => {
  const list = t ? numbers(t) : [otherwise];
  return list.length === 1 ? list[0] : list[i];
};

/** (v − zero point) · scale, both one number or one for each column (`of` gives the index). */
const real = (
  v: Tensor | null,
  zero: Tensor | null | undefined,
  scale: Tensor | null | undefined,
  of: (i: number) => number,
): Tensor => {
  const t = v as Tensor;
  return floatTensor(
    t.dims,
    Float32Array.from(numbers(t), (x, i) => (x - at(zero, of(i))) * at(scale, of(i), 1)),
  );
};
const column = (t: Tensor | null) => (i: number) => i % (t as Tensor).dims[(t as Tensor).dims.length - 1];
const row = (t: Tensor | null) => (i: number) => Math.floor(i / (t as Tensor).dims[(t as Tensor).dims.length - 1]);

/** [rows…, k] · [k, n] */
const product = (a: Tensor, b: Tensor, factor = 1): Tensor => {
  const [k, n] = b.dims;
  const rows = elementCount(a.dims) / k;
  const [p, q] = [numbers(a), numbers(b)];
  const y = new Float32Array(rows * n);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < n; j++) for (let l = 0; l < k; l++) y[i * n + j] += factor * p[i * k + l] * q[l * n + j];
  return floatTensor([...a.dims.slice(0, -1), n], y);
};

/** Quantised rules are straight through: what they say is the derivative of a plain function of real numbers. */
const straightThrough = (
  op: string,
  draw: fc.Arbitrary<Omit<VjpCase, 'op'> & Required<Pick<VjpCase, 'reference'>>>,
  name = '',
): Row => ({
  name: `${op}${name}, straight through,`,
  runs: 16,
  draw: fc.tuple(draw, setting).map(([c, s]) => ({ op, step: 0.5, ...s, ...c })),
});

const perTensorOrColumn = (n: number) => fc.constantFrom<number[][]>([], [n]);

/** A scale of one number, one for each index of an axis, or one for each block along an axis. */
const granularity = dims(1, 4).chain((d) =>
  fc
    .tuple(axisOf(d.length), fc.constantFrom('tensor' as const, 'axis' as const, 'block' as const), fc.nat(999))
    .map(([axis, wanted, seed]) => {
      const a = axis < 0 ? axis + d.length : axis;
      const block = 2;
      const blocks = d.map((n, i) => (i === a ? Math.ceil(n / block) : n));
      // A block scale of one element would be read as one for the tensor.
      const kind = wanted === 'block' && elementCount(blocks) === 1 ? 'tensor' : wanted;
      const shape = { tensor: [], axis: [d[a]], block: blocks }[kind];
      const inner = elementCount(d.slice(a + 1));
      const index = (i: number) => {
        const along = Math.floor(i / inner) % d[a];
        if (kind !== 'block') return along;
        const outer = Math.floor(i / inner / d[a]);
        return (outer * shape[a] + Math.floor(along / block)) * inner + (i % inner);
      };
      const scale = randomTensor(shape, seed, 0.5, 2);
      return {
        d,
        seed,
        scale,
        of: (i: number) => at(scale, index(i)),
        attributes: { axis, ...(kind === 'block' && { block_size: block }) },
      };
    }),
);

const nbits: Row = {
  name: 'MatMulNBits, any packing,',
  runs: 40,
  draw: fc
    .tuple(
      fc.constantFrom(2, 4, 8),
      fc.constantFrom(16, 32),
      fc.constantFrom(16, 40, 64, 70),
      size,
      fc.constantFrom('none', 'packed', 'float'),
      fc.boolean(),
      dims(1, 3),
      setting,
    )
    .map(([bits, block, K, N, zeroPoints, bias, batch, s]) => {
      const blocks = Math.ceil(K / block);
      return {
        op: 'com.microsoft:MatMulNBits',
        inputs: [
          randomTensor([...batch, K], s.seed),
          uint8([N, blocks, (block * bits) / 8], s.seed + 1),
          randomTensor([N, blocks], s.seed + 2, 0.01, 0.1),
          zeroPoints === 'none'
            ? null
            : zeroPoints === 'float' && bits === 4
              ? randomTensor([N, blocks], s.seed + 3, 3, 12)
              : uint8([N, Math.ceil((blocks * bits) / 8)], s.seed + 3),
          null,
          bias ? randomTensor([N], s.seed + 4) : null,
        ],
        wrt: bias ? [0, 5] : [0],
        attributes: { K, N, bits, block_size: block },
        step: 0.2,
        ...s,
        // The runtime wants to see the size of the bias.
        symbolic: false,
      };
    }),
};

export const quantisedRows: readonly Row[] = [
  straightThrough(
    'DynamicQuantizeLinear',
    fc.tuple(dims(1, 4), fc.nat(999)).map(([d, seed]) => {
      const x = randomTensor(d, seed, -1, 2);
      const scale = (Math.max(0, ...numbers(x)) - Math.min(0, ...numbers(x))) / 255;
      return {
        inputs: [x],
        outputs: 3,
        reference: ([v]) => [real(v, null, scalar(1 / scale), column(v)), scalar(0), scalar(0)],
      };
    }),
  ),
  straightThrough(
    'QuantizeLinear',
    granularity.map(({ d, seed, scale, of, attributes }) => ({
      inputs: [
        randomTensor(d, seed),
        scale,
        bytes(
          'uint8',
          scale.dims,
          numbers(scale).map(() => 7),
        ),
      ],
      wrt: [0],
      attributes,
      opset: 21,
      reference: ([x]) => [
        floatTensor(
          d,
          Float32Array.from(numbers(x as Tensor), (v, i) => v / of(i)),
        ),
      ],
    })),
  ),
  straightThrough(
    'DequantizeLinear',
    granularity.map(({ d, seed, scale, of, attributes }) => ({
      inputs: [int8(d, seed), scale],
      wrt: [0],
      attributes,
      opset: 21,
      reference: ([x]) => [
        floatTensor(
          d,
          Float32Array.from(numbers(x as Tensor), (v, i) => v * of(i)),
        ),
      ],
    })),
  ),
  straightThrough(
    'MatMulInteger',
    fc
      .tuple(dims(0, 2), size, size, size, fc.boolean(), fc.nat(999), fc.boolean())
      .chain(([batch, m, k, n, zeroed, seed, both]) =>
        perTensorOrColumn(n).map((zero) => {
          const a = batch.length > 0 && !both ? [...batch, m, k] : [m, k];
          return {
            inputs: [uint8(a, seed), int8([k, n], seed + 1), zeroed ? uint8([], seed + 2) : null, int8(zero, seed + 3)],
            wrt: both ? [0, 1] : [0],
            reference: ([x, w, x0, w0]) => [
              product(
                real(x, x0, null, () => 0),
                real(w, w0, null, column(w)),
              ),
            ],
          };
        }),
      ),
  ),
  straightThrough(
    'com.microsoft:MatMulIntegerToFloat',
    fc.tuple(dims(1, 3), size, fc.nat(999), fc.boolean()).chain(([a, n, seed, both]) =>
      perTensorOrColumn(n).map((perColumn) => {
        const shape = both ? [2, a[a.length - 1]] : [2, ...a];
        return {
          inputs: [
            uint8(shape, seed),
            int8([a[a.length - 1], n], seed + 1),
            scalar(0.02),
            randomTensor(perColumn, seed + 2, 0.01, 0.1),
            uint8([], seed + 3),
            int8(perColumn, seed + 4),
            randomTensor([n], seed + 5),
          ],
          wrt: both ? [0, 1, 6] : [0, 6],
          reference: ([x, w, xs, ws, x0, w0, c]) => {
            const y = product(
              real(x, x0, xs, () => 0),
              real(w, w0, ws, column(w)),
            );
            return [
              floatTensor(
                y.dims,
                Float32Array.from(numbers(y), (v, i) => v + at(c, i % n)),
              ),
            ];
          },
        };
      }),
    ),
  ),
  straightThrough(
    'com.microsoft:DynamicQuantizeMatMul',
    fc.tuple(dims(1, 3), size, fc.nat(999)).chain(([a, n, seed]) =>
      perTensorOrColumn(n).map((perColumn) => ({
        inputs: [
          randomTensor([2, ...a], seed),
          int8([a[a.length - 1], n], seed + 1),
          randomTensor(perColumn, seed + 2, 0.01, 0.1),
          int8(perColumn, seed + 3),
        ],
        wrt: [0],
        reference: ([x, w, ws, w0]) => [product(x as Tensor, real(w, w0, ws, column(w)))],
      })),
    ),
  ),
  straightThrough(
    'QLinearMatMul',
    fc.tuple(dims(1, 3), size, fc.nat(999), fc.boolean()).chain(([a, n, seed, both]) =>
      perTensorOrColumn(n).map((perColumn) => {
        const shape = both ? [2, a[a.length - 1]] : [2, ...a];
        return {
          inputs: [
            uint8(shape, seed),
            scalar(0.03),
            uint8([], seed + 1),
            int8([a[a.length - 1], n], seed + 2),
            randomTensor(perColumn, seed + 3, 0.01, 0.1),
            int8(perColumn, seed + 4),
            scalar(0.7),
            uint8([], seed + 5),
          ],
          wrt: both ? [0, 3] : [0],
          reference: ([x, xs, x0, w, ws, w0]) => [
            product(
              real(x, x0, xs, () => 0),
              real(w, w0, ws, column(w)),
              1 / Math.fround(0.7),
            ),
          ],
        };
      }),
    ),
  ),
  straightThrough(
    'com.microsoft:QGemm',
    fc.tuple(size, size, size, fc.nat(1), fc.boolean(), fc.nat(999)).chain(([m, k, n, transB, quantised, seed]) =>
      perTensorOrColumn(n).map((perColumn) => ({
        inputs: [
          uint8([m, k], seed),
          scalar(0.03),
          uint8([], seed + 1),
          int8(transB ? [n, k] : [k, n], seed + 2),
          randomTensor(perColumn, seed + 3, 0.01, 0.1),
          int8(perColumn, seed + 4),
          null,
          quantised ? scalar(0.7) : null,
          quantised ? uint8([], seed + 5) : null,
        ],
        wrt: [0],
        attributes: { transB, alpha: { float: 1.5 } },
        reference: ([x, xs, x0, w, ws, w0]) => {
          const laid = real(w, w0, ws, transB ? row(w) : column(w));
          const list = numbers(laid);
          const W = floatTensor(
            [k, n],
            Float32Array.from(list, (v, i) => (transB ? list[(i % n) * k + Math.floor(i / n)] : v)),
          );
          return [
            product(
              real(x, x0, xs, () => 0),
              W,
              1.5 / (quantised ? Math.fround(0.7) : 1),
            ),
          ];
        },
      })),
    ),
  ),
  nbits,
];
