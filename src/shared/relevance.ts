import { identity, product, rowTimes, sum, type Matrix } from './matrix';

/** A row of I: [size], 1 at `index`. */
export function oneHot(size: number, index: number): Float64Array {
  const v = new Float64Array(size);
  v[index] = 1;
  return v;
}

/**
 * One row of R: v ← v + v·Ā_l from the last layer to the first, O(T²) a layer. Equal to that row of
 * {@link relevanceMatrix}, because R = (I + Ā_L) ⋯ (I + Ā_1) and only the row is read.
 *
 * @param layers Ā [T, T] of the layers of the range, first to last; signed products serve as well
 * @param start [T]: one-hot at the read-out row, or a pooling head's own row over the tokens
 */
export function relevanceRow(layers: readonly Matrix[], start: ArrayLike<number>): Float64Array {
  return layers.toReversed().reduce(relevanceStep, Float64Array.from(start));
}

/** v + v·Ā: one layer further down. */
export function relevanceStep(v: Float64Array, layer: Matrix): Float64Array {
  const step = rowTimes(v, layer);
  return v.map((value, i) => value + step[i]!);
}

/**
 * The whole R ← R + Ā·R from R = I, first layer to last (Chefer, Gur, Wolf 2021, eq. 6), O(T³) a layer.
 *
 * @param layers Ā [T, T] of the layers of the range, first to last; at least one
 */
export function relevanceMatrix(layers: readonly Matrix[]): Matrix {
  return layers.reduce((R, layer) => sum(R, product(layer, R)), identity(layers[0]!.rows));
}
