import type { Matrix } from './matrix';

/**
 * How a layer's heads become one matrix. A and ∇A = ∂(target)/∂A, taken after the softmax, are [heads, queries, keys] of one
 * batch entry; every result is [queries, keys].
 */
export interface Heads {
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly attention: Float32Array;
  /** ∇A, of the same shape. */
  readonly gradient: Float32Array;
}

function meanOverHeads({ heads, queries, keys }: Heads, value: (at: number, head: number) => number): Matrix {
  const size = queries * keys;
  const data = new Float64Array(size);
  for (let h = 0; h < heads; h++) for (let i = 0; i < size; i++) data[i]! += value(h * size + i, h) / heads;
  return { rows: queries, columns: keys, data };
}

/** mean_h A. */
export const meanAttention = (layer: Heads): Matrix => meanOverHeads(layer, (at) => layer.attention[at]!);

/** Ā = mean_h relu(∇A ⊙ A) (Chefer, Gur, Wolf 2021, eq. 5). */
export const meanRelevance = (layer: Heads): Matrix =>
  meanOverHeads(layer, (at) => Math.max(0, layer.attention[at]! * layer.gradient[at]!));

/** mean_h (∇A ⊙ A): the same without the relu. */
export const meanSigned = (layer: Heads): Matrix =>
  meanOverHeads(layer, (at) => layer.attention[at]! * layer.gradient[at]!);

/** relu(mean_h(A · mean(∇A))): attention-gradient CAM, where a head's mean gradient over queries and keys is its weight. */
export function gradCam(layer: Heads): Matrix {
  const size = layer.queries * layer.keys;
  const weights = Array.from({ length: layer.heads }, (_, h) =>
    layer.gradient.subarray(h * size, (h + 1) * size).reduce((total, g) => total + g / size, 0),
  );
  const cam = meanOverHeads(layer, (at, h) => layer.attention[at]! * weights[h]!);
  return { ...cam, data: cam.data.map((value) => Math.max(0, value)) };
}
