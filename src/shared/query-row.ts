import type { HeadTensors } from './heads-data';

/** Where one query attends, mean over the heads of the layer: mean_h A[h, query, :], [keys]. */
export function queryRow({ attention }: HeadTensors, query: number): Float32Array {
  const [heads, queries, keys] = attention.dims as readonly [number, number, number];
  const row = new Float32Array(keys);
  for (let h = 0; h < heads; h++) {
    const at = (h * queries + query) * keys;
    for (let k = 0; k < keys; k++) row[k]! += attention.data[at + k]! / heads;
  }
  return row;
}
