import type { Saliency } from '../../shared/text/explanation';
import type { FloatTensor } from '../../shared/tensor';

/** @param gradient, embedding [tokens, width] */
export function saliencyOf(gradient: FloatTensor, embedding: FloatTensor): Saliency {
  const [tokens, width] = gradient.dims;
  const l2 = new Float32Array(tokens);
  const mean = new Float32Array(tokens);
  for (let t = 0; t < tokens; t++) {
    let squares = 0;
    let sum = 0;
    for (let i = t * width; i < (t + 1) * width; i++) {
      const g = gradient.data[i];
      squares += g * g;
      sum += g;
    }
    l2[t] = Math.sqrt(squares);
    mean[t] = sum / width;
  }
  return { l2, mean, gradXInput: rowProducts(gradient, embedding) };
}

/** Σ over the width of a · b, both [tokens, width]: [tokens]. */
export function rowProducts(a: FloatTensor, b: FloatTensor): Float32Array {
  const [tokens, width] = a.dims;
  return Float32Array.from({ length: tokens }, (_, t) => {
    let sum = 0;
    for (let i = t * width; i < (t + 1) * width; i++) sum += a.data[i] * b.data[i];
    return sum;
  });
}
