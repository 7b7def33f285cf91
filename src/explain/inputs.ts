import type { Value } from '../onnx/graph/graph';
import { BadFile } from '../shared/errors';
import type { Tensor, TensorMap } from '../shared/tensor';
import { elementCount, floatTensor } from '../shared/tensor';

/** The model's inputs out of what the caller has, each cast to the type that the model wants; other tensors are ignored. */
export function matchInputs(inputs: readonly Value[], given: TensorMap): TensorMap {
  return Object.fromEntries(
    inputs.map((input) => {
      const t = given[input.name];
      if (!t)
        throw new BadFile(
          `The input "${input.name}" of the model is missing. It wants ${inputs.map((v) => `"${v.name}"`).join(', ')}; the file has ${listed(given)}.`,
        );
      if (input.rank !== undefined && input.rank !== t.dims.length)
        throw new BadFile(
          `The input "${input.name}" has the shape [${t.dims.join(', ')}], but the model wants ${input.rank} axes.`,
        );
      return [input.name, castTo(t, input)];
    }),
  );
}

const listed = (given: TensorMap): string =>
  Object.keys(given)
    .map((n) => `"${n}"`)
    .join(', ') || 'none';

/** Numbers of one type as those of the type that an input wants. */
export function castTo(t: Tensor, input: Pick<Value, 'name' | 'dtype'>): Tensor {
  const wanted = input.dtype ?? t.dtype;
  if (wanted === t.dtype) return t;
  const n = elementCount(t.dims);
  const numbers = Array.from({ length: n }, (_, i) => Number(t.data[i]));
  switch (wanted) {
    case 'float32':
      return floatTensor(t.dims, Float32Array.from(numbers));
    case 'int64':
      return { dtype: 'int64', dims: t.dims, data: BigInt64Array.from(numbers, (x) => BigInt(Math.trunc(x))) };
    case 'int32':
      return { dtype: 'int32', dims: t.dims, data: Int32Array.from(numbers) };
    case 'bool':
      return { dtype: 'bool', dims: t.dims, data: Uint8Array.from(numbers, (x) => (x !== 0 ? 1 : 0)) };
    case 'uint8':
      return { dtype: 'uint8', dims: t.dims, data: Uint8Array.from(numbers) };
    case 'int8':
      return { dtype: 'int8', dims: t.dims, data: Int8Array.from(numbers) };
    default:
      throw new BadFile(
        `The input "${input.name}" is of type ${wanted}, which cannot be given here. Export the model with float32 or int64 inputs.`,
      );
  }
}
