import { BadFile, UnsupportedModel } from '../../shared/errors';

/** ONNX TensorProto.DataType by its name in lower case; the names double as the runtime's. */
export const dtypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e4m3fnuz: 18,
  float8e5m2: 19,
  float8e5m2fnuz: 20,
  uint4: 21,
  int4: 22,
  float4e2m1: 23,
  float8e8m0: 24,
  uint2: 25,
  int2: 26,
} as const;

export type OnnxDType = keyof typeof dtypes;

const names = new Map<number, OnnxDType>(Object.entries(dtypes).map(([name, code]) => [code, name as OnnxDType]));

export function dtypeName(code: number): OnnxDType {
  const name = names.get(code);
  if (!name)
    throw new BadFile(
      `The model uses the data type number ${code}, which ONNX does not define. The file is damaged or newer than this program.`,
    );
  return name;
}

// prettier-ignore
const bits: Partial<Record<OnnxDType, number>> = {
  float32: 32, uint8: 8, int8: 8, uint16: 16, int16: 16, int32: 32, int64: 64, bool: 8, float16: 16, float64: 64, uint32: 32, uint64: 64,
  complex64: 64, complex128: 128, bfloat16: 16, float8e4m3fn: 8, float8e4m3fnuz: 8, float8e5m2: 8, float8e5m2fnuz: 8, uint4: 4, int4: 4,
  float4e2m1: 4, float8e8m0: 8, uint2: 2, int2: 2,
};

export const byteLength = (dtype: OnnxDType, count: number): number => Math.ceil((count * (bits[dtype] ?? 0)) / 8);

export const isFloat = (dtype: OnnxDType | undefined): boolean =>
  dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16' || dtype === 'float64';

/** Bytes that stay where they are: in the model's own file or in one of its data files. Paths are relative to the model's folder. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** A constant of the graph, row-major, little-endian as in TensorProto.raw_data. */
export interface ConstantTensor {
  readonly dtype: OnnxDType;
  readonly dims: readonly number[];
  readonly data: Uint8Array | ExternalData | readonly string[];
}

export const isInline = (t: ConstantTensor): t is ConstantTensor & { readonly data: Uint8Array } =>
  t.data instanceof Uint8Array;

const view = (data: Uint8Array): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength);

/** The numbers of a small inline tensor; undefined where the bytes are external or the type has no plain numbers. */
export function numbersOf(t: ConstantTensor): number[] | undefined {
  if (!isInline(t)) return undefined;
  const v = view(t.data);
  const count = t.dims.reduce((n, d) => n * d, 1);
  if (t.data.byteLength < byteLength(t.dtype, count))
    throw new BadFile(
      `A constant of the model holds ${t.data.byteLength} bytes where its shape [${t.dims.join(', ')}] of ${t.dtype} needs ${byteLength(t.dtype, count)}. The file is damaged; fetch it again.`,
    );
  const read = readers[t.dtype];
  return read ? Array.from({ length: count }, (_, i) => read(v, i)) : undefined;
}

const readers: Partial<Record<OnnxDType, (v: DataView, i: number) => number>> = {
  float32: (v, i) => v.getFloat32(4 * i, true),
  float64: (v, i) => v.getFloat64(8 * i, true),
  float16: (v, i) => halfToFloat(v.getUint16(2 * i, true)),
  bfloat16: (v, i) => bfloatToFloat(v.getUint16(2 * i, true)),
  int8: (v, i) => v.getInt8(i),
  uint8: (v, i) => v.getUint8(i),
  bool: (v, i) => (v.getUint8(i) ? 1 : 0),
  int16: (v, i) => v.getInt16(2 * i, true),
  uint16: (v, i) => v.getUint16(2 * i, true),
  int32: (v, i) => v.getInt32(4 * i, true),
  uint32: (v, i) => v.getUint32(4 * i, true),
  int64: (v, i) => Number(v.getBigInt64(8 * i, true)),
  uint64: (v, i) => Number(v.getBigUint64(8 * i, true)),
};

/** IEEE 754 binary16. */
function halfToFloat(h: number): number {
  const sign = h & 0x8000 ? -1 : 1;
  const exponent = (h >> 10) & 31;
  const fraction = h & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new DataView(new ArrayBuffer(4));
function bfloatToFloat(b: number): number {
  scratch.setUint32(0, b << 16);
  return scratch.getFloat32(0);
}

/** Saturates: the largest int64 (which ONNX uses for "to the end") is no number of JavaScript's. */
function toInt64(x: number): bigint {
  if (x >= 2 ** 63) return 2n ** 63n - 1n;
  return x > -(2 ** 63) ? BigInt(Math.trunc(x)) : -(2n ** 63n);
}

const writers: Partial<Record<OnnxDType, (v: DataView, i: number, x: number) => void>> = {
  float32: (v, i, x) => v.setFloat32(4 * i, x, true),
  float64: (v, i, x) => v.setFloat64(8 * i, x, true),
  int8: (v, i, x) => v.setInt8(i, x),
  uint8: (v, i, x) => v.setUint8(i, x),
  bool: (v, i, x) => v.setUint8(i, x ? 1 : 0),
  int32: (v, i, x) => v.setInt32(4 * i, x, true),
  uint32: (v, i, x) => v.setUint32(4 * i, x, true),
  int64: (v, i, x) => v.setBigInt64(8 * i, toInt64(x), true),
  uint64: (v, i, x) => v.setBigUint64(8 * i, x >= 2 ** 64 ? 2n ** 64n - 1n : x > 0 ? BigInt(Math.trunc(x)) : 0n, true),
};

/** A small inline constant. dims [] is a scalar. */
export function constant(dtype: OnnxDType, dims: readonly number[], values: readonly number[]): ConstantTensor {
  const write = writers[dtype];
  if (!write)
    throw new UnsupportedModel(`A constant of type ${dtype} cannot be written here. Convert the model to float32.`);
  const data = new Uint8Array(byteLength(dtype, values.length));
  const v = view(data);
  values.forEach((x, i) => write(v, i, x));
  return { dtype, dims, data };
}
