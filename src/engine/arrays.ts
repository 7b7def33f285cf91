import type { DType, TypedArray } from '../shared/tensor';

/** The array that holds each dtype: see shared/tensor.ts. */
export const arrayOf: Readonly<
  Record<DType, new (buffer: ArrayBuffer, byteOffset?: number, length?: number) => TypedArray>
> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};
