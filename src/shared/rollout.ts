import { row, type Matrix } from './matrix';

/**
 * Attention rollout (Abnar, Zuidema, "Quantifying Attention Flow in Transformers", ACL 2020): the product over layers of the
 * row-normalised (mean_h A + I). One row of it: v ← v·Â_l from the last layer to the first.
 *
 * @param layers mean_h A [T, T] of the layers of the range, first to last
 * @param start [T]: one-hot at the read-out row, or a pooling head's own attention row
 */
export function rolloutRow(layers: readonly Matrix[], start: ArrayLike<number>): Float64Array {
  return layers.toReversed().reduce(rolloutStep, Float64Array.from(start));
}

/** v·Â with Â = (A + I) divided by its row sums. */
export function rolloutStep(v: Float64Array, A: Matrix): Float64Array {
  const out = new Float64Array(A.columns);
  for (let i = 0; i < A.rows; i++) {
    const attended = row(A, i);
    // 2 for a softmax row; a fully masked row may sum to 0, and then the token passes on itself alone.
    let total = 1;
    for (const a of attended) total += a;
    const share = v[i]! / total;
    out[i]! += share;
    for (let j = 0; j < A.columns; j++) out[j]! += share * attended[j]!;
  }
  return out;
}
