import type { Tensor } from '../shared/tensor';
import { elementCount } from '../shared/tensor';

/** Entry k of the leading axis. */
export function entry(t: Tensor, k: number): Tensor {
  const dims = t.dims.slice(1);
  const size = elementCount(dims);
  return { dtype: t.dtype, dims, data: t.data.slice(k * size, (k + 1) * size) };
}
