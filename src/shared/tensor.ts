/** Tensors as they travel between the engine, files and views: dense, row-major, little-endian. */

export type DType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool';

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** float16 and bfloat16 are held as their bits in a Uint16Array, bool as 0/1 in a Uint8Array. */
export interface Tensor {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: TypedArray;
}

export interface FloatTensor extends Tensor {
  readonly dtype: 'float32';
  readonly data: Float32Array;
}

/** Named tensors, in the order in which they are written. */
export type TensorMap = Record<string, Tensor>;

export const elementCount = (dims: readonly number[]): number => dims.reduce((n, d) => n * d, 1);

export function floatTensor(dims: readonly number[], data: Float32Array): FloatTensor {
  if (elementCount(dims) !== data.length)
    throw new Error(`A tensor of shape [${dims.join(', ')}] has ${elementCount(dims)} elements, not ${data.length}.`);
  return { dtype: 'float32', dims, data };
}

export function int64Tensor(dims: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'int64', dims, data: BigInt64Array.from(values, (v) => BigInt(v)) };
}
