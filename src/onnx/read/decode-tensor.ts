import { BadFile, UnsupportedModel } from '../../shared/errors';
import type { DataFiles } from './data-files';
import type { TensorProto } from '../proto/onnx_pb';
import { TensorProto_DataLocation } from '../proto/onnx_pb';
import { keepsInline } from './skeleton';
import type { ConstantTensor, OnnxDType } from '../graph/tensor';
import { byteLength, dtypeName } from '../graph/tensor';

/** A tensor from its message: inline bytes, or a place in a file. Lengths are checked against shape and type. */
export function decodeTensor(t: TensorProto, files: DataFiles): ConstantTensor {
  const dtype = dtypeName(t.dataType);
  const dims = t.dims.map(Number);
  const count = dims.reduce((n, d) => n * d, 1);
  if (dims.some((d) => d < 0 || !Number.isSafeInteger(d)) || !Number.isSafeInteger(8 * count))
    throw new BadFile(
      `The tensor "${t.name}" has the shape [${dims.join(', ')}]. The file is damaged; export it again.`,
    );
  if (t.segment)
    throw new UnsupportedModel(
      `The tensor "${t.name}" is stored in segments, which is not supported. Export the model again.`,
    );
  if (dtype === 'string') {
    checkLength(t, dtype, dims, 'strings', count, t.stringData.length);
    return { dtype, dims, data: t.stringData.map((s) => new TextDecoder().decode(s)) };
  }
  if (t.dataLocation === TensorProto_DataLocation.EXTERNAL) return external(t, dtype, dims, files);
  const data = t.rawData.length > 0 ? t.rawData : typed(t, dtype, dims, count);
  checkLength(t, dtype, dims, 'bytes', byteLength(dtype, count), data.length);
  return { dtype, dims, data };
}

function checkLength(t: TensorProto, dtype: OnnxDType, dims: number[], what: string, needed: number, given: number) {
  if (needed !== given)
    throw new BadFile(
      `The tensor "${t.name}" of ${dtype} [${dims.join(', ')}] needs ${needed} ${what}, but the file gives ${given}. It is damaged; fetch it again.`,
    );
}

function external(t: TensorProto, dtype: OnnxDType, dims: number[], files: DataFiles): ConstantTensor {
  const expected = byteLength(
    dtype,
    dims.reduce((n, d) => n * d, 1),
  );
  const entries = new Map(t.externalData.map((e) => [e.key, e.value]));
  const location = entries.get('location') ?? '';
  const offset = decimal(entries.get('offset') ?? '0');
  const length = decimal(entries.get('length') ?? String(expected));
  checkLength(t, dtype, dims, 'bytes', expected, length);
  const { source } = files.at(location);
  if (!(offset + length <= source.size))
    throw new BadFile(
      `The tensor "${t.name}" lies at bytes ${offset} to ${offset + length} of "${location}", which has ${source.size}. The file is cut short; fetch it again.`,
    );
  if (keepsInline(dtype === 'int64', length)) return { dtype, dims, data: source.read(offset, length).slice() };
  return { dtype, dims, data: { location, offset, length } };
}

/** NaN if it is no number of bytes. */
const decimal = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : NaN);

/** The bytes of numbers in float_data, int32_data, int64_data …: the older way to store them. */
function typed(t: TensorProto, dtype: OnnxDType, dims: number[], count: number): Uint8Array {
  const { numbers, bytes, perElement = 1, write } = storageOf(t, dtype);
  // A number of one byte holds as many elements as fit.
  checkLength(t, dtype, dims, 'numbers', bytes === 1 ? byteLength(dtype, count) : count * perElement, numbers.length);
  const data = new Uint8Array(bytes * numbers.length);
  const view = new DataView(data.buffer);
  for (let i = 0; i < numbers.length; i++) write(view, bytes * i, numbers[i]);
  return data;
}

interface Storage {
  readonly numbers: readonly (number | bigint)[];
  /** That each number becomes. */
  readonly bytes: number;
  /** Complex numbers have two. */
  readonly perElement?: number;
  write(view: DataView, at: number, x: number | bigint): void;
}

const float32 = { bytes: 4, write: (v: DataView, at: number, x: number | bigint) => v.setFloat32(at, Number(x), true) };
const float64 = { bytes: 8, write: (v: DataView, at: number, x: number | bigint) => v.setFloat64(at, Number(x), true) };
const int64 = {
  bytes: 8,
  write: (v: DataView, at: number, x: number | bigint) => v.setBigUint64(at, BigInt.asUintN(64, BigInt(x)), true),
};
const int32 = {
  bytes: 4,
  write: (v: DataView, at: number, x: number | bigint) => v.setUint32(at, Number(BigInt.asUintN(32, BigInt(x))), true),
};
const int16 = { bytes: 2, write: (v: DataView, at: number, x: number | bigint) => v.setUint16(at, Number(x), true) };
const int8 = { bytes: 1, write: (v: DataView, at: number, x: number | bigint) => v.setUint8(at, Number(x)) };

/** onnx.proto, TensorProto: which field holds which type. Halves are stored as their bits, types of 8 bits and below as their bytes. */
function storageOf(t: TensorProto, dtype: OnnxDType): Storage {
  switch (dtype) {
    case 'float32':
      return { numbers: t.floatData, ...float32 };
    case 'complex64':
      return { numbers: t.floatData, perElement: 2, ...float32 };
    case 'float64':
      return { numbers: t.doubleData, ...float64 };
    case 'complex128':
      return { numbers: t.doubleData, perElement: 2, ...float64 };
    case 'int64':
      return { numbers: t.int64Data, ...int64 };
    case 'uint64':
      return { numbers: t.uint64Data, ...int64 };
    case 'uint32':
      return { numbers: t.uint64Data, ...int32 };
    case 'int32':
      return { numbers: t.int32Data, ...int32 };
    case 'int16':
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return { numbers: t.int32Data, ...int16 };
    default:
      return { numbers: t.int32Data, ...int8 };
  }
}
