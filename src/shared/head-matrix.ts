import type { HeadQuantity, HeadTensors } from './heads-data';
import type { Matrix } from './matrix';
import { heatTop } from './scale';
import type { FloatTensor } from './tensor';

/** Gradients and products have a sign: diverging colours, symmetric about 0. */
export const signedQuantity = (quantity: HeadQuantity): boolean => quantity !== 'attention';

/** Views compare by identity, and a product of 577 × 577 numbers is not worth making twice. */
const kept = new WeakMap<HeadTensors, Map<string, Matrix>>();
const keptTops = new WeakMap<Matrix, number>();

/** One head of a layer, [queries, keys]: A, ∇A or A ⊙ ∇A, of which the last two need the gradient. The same arguments give the same object. */
export function headMatrix(layer: HeadTensors, quantity: HeadQuantity, head: number): Matrix {
  const known = kept.get(layer) ?? new Map<string, Matrix>();
  kept.set(layer, known);
  const key = `${quantity} ${head}`;
  const there = known.get(key);
  if (there) return there;
  const [, rows, columns] = layer.attention.dims as readonly [number, number, number];
  const of = ({ data }: { readonly data: Float32Array }): Float32Array =>
    data.subarray(head * rows * columns, (head + 1) * rows * columns);
  const product = (gradient: Float32Array): Float32Array => of(layer.attention).map((a, i) => a * gradient[i]!);
  const data =
    quantity === 'attention'
      ? of(layer.attention)
      : quantity === 'gradient'
        ? of(gradientOf(layer))
        : product(of(gradientOf(layer)));
  const matrix = { rows, columns, data };
  known.set(key, matrix);
  return matrix;
}

/** @throws Error where it was not asked for */
export function gradientOf({ gradient }: HeadTensors): FloatTensor {
  if (!gradient) throw new Error('The gradient of these heads was not asked for.');
  return gradient;
}

/** The value of the last colour; see `heatTop`. */
export function matrixTop(matrix: Matrix, signed: boolean): number {
  const known = keptTops.get(matrix);
  if (known !== undefined) return known;
  const top = heatTop(matrix.data, signed);
  keptTops.set(matrix, top);
  return top;
}

/** The largest of the heads' tops: one scale for a layer. */
export const layerTop = (layer: HeadTensors, quantity: HeadQuantity): number =>
  Math.max(
    0,
    ...Array.from({ length: layer.attention.dims[0]! }, (_, head) =>
      matrixTop(headMatrix(layer, quantity, head), signedQuantity(quantity)),
    ),
  );

/**
 * Several heads as one, entry by entry; all of one shape, at least one. The largest of signed values is that of the largest magnitude, with its
 * sign.
 */
export function combinedHeads(heads: readonly Matrix[], how: 'mean' | 'max'): Matrix {
  const [{ rows, columns }] = heads as readonly [Matrix];
  const data = new Float32Array(rows * columns);
  const share = 1 / heads.length;
  for (const { data: own } of heads)
    if (how === 'mean') for (let i = 0; i < data.length; i++) data[i]! += own[i]! * share;
    else for (let i = 0; i < data.length; i++) if (Math.abs(own[i]!) > Math.abs(data[i]!)) data[i] = own[i]!;
  return { rows, columns, data };
}

/** The block that each entry of an axis is in. */
export const blocksOf = (entries: number, blocks: number): Int32Array =>
  Int32Array.from({ length: entries }, (_, i) => Math.floor((i * blocks) / entries));

/**
 * At most `rows` × `columns` blocks, each by its entry of the largest magnitude, so that a thin diagonal of a large matrix stays visible.
 */
export function blockExtremes(matrix: Matrix, rows: number, columns: number): Matrix {
  if (matrix.rows <= rows && matrix.columns <= columns) return matrix;
  const [r, c] = [Math.min(rows, matrix.rows), Math.min(columns, matrix.columns)];
  const data = new Float32Array(r * c);
  const [down, across] = [blocksOf(matrix.rows, r), blocksOf(matrix.columns, c)];
  for (let i = 0, at = 0; i < matrix.rows; i++) {
    const from = down[i]! * c;
    for (let j = 0; j < matrix.columns; j++, at++) {
      const value = matrix.data[at]!;
      const cell = from + across[j]!;
      if (Math.abs(value) > Math.abs(data[cell]!)) data[cell] = value;
    }
  }
  return { rows: r, columns: c, data };
}
