import type { Tensor } from '../shared/tensor';

/**
 * Whether no query looks ahead, read off the probabilities [batch, heads, queries, keys]: everything above the diagonal (of the last
 * `queries` keys, where a cache stands before them) is exactly zero, and not only because those keys are masked for everybody.
 */
export function isCausal({ dims, data }: Tensor): boolean {
  const [batch, heads, queries, keys] = dims;
  const past = keys - queries;
  if (past < 0 || queries < 2) return false;
  const live = new Uint8Array(batch * keys);
  for (let b = 0; b < batch; b++)
    for (let h = 0; h < heads; h++)
      for (let q = 0; q < queries; q++) {
        const row = ((b * heads + h) * queries + q) * keys;
        for (let k = past + q + 1; k < keys; k++) if (data[row + k] !== 0) return false;
        for (let k = past + 1; k <= past + q; k++) if (data[row + k] !== 0) live[b * keys + k] = 1;
      }
  return live.includes(1);
}
