import { BadFile, UnsupportedModel } from '../../shared/errors';
import type { DataFiles } from './data-files';
import type { ConstantTensor, OnnxDType } from '../graph/tensor';
import { byteLength, dtypeName } from '../graph/tensor';
import type { TensorProto } from './messages';
import { isPlace, keepsInline } from './tensor-message';
import { countVarints, fromVarints } from './varints';

/** A tensor from its message: inline bytes, or a place in a file. Lengths are checked against shape and type. */
export function decodeTensor(t: TensorProto, files: DataFiles): ConstantTensor {
  const dtype = dtypeName(t.dataType);
  const { dims } = t;
  const count = dims.reduce((n, d) => n * d, 1);
  if (dims.some((d) => d < 0 || !Number.isSafeInteger(d)) || !Number.isSafeInteger(8 * count))
    throw new BadFile(
      `The tensor "${t.name}" has the shape [${dims.join(', ')}]. The file is damaged; export it again.`,
    );
  if (t.hasSegment)
    throw new UnsupportedModel(
      `The tensor "${t.name}" is stored in segments, which is not supported. Export the model again.`,
    );
  if (dtype === 'string') {
    const data = t.stringData ?? [];
    checkLength(t, dtype, dims, 'strings', count, data.length);
    return { dtype, dims, data };
  }
  if (t.isExternal) return external(t, dtype, dims, files);
  const data = t.raw && t.raw.length > 0 ? t.raw : typed(t, dtype, dims, count);
  checkLength(t, dtype, dims, 'bytes', byteLength(dtype, count), data.length);
  return { dtype, dims, data: isPlace(data) ? { location: files.own, ...data } : data };
}

function checkLength(
  t: TensorProto,
  dtype: OnnxDType,
  dims: readonly number[],
  what: string,
  needed: number,
  given: number,
) {
  if (needed !== given)
    throw new BadFile(
      `The tensor "${t.name}" of ${dtype} [${dims.join(', ')}] needs ${needed} ${what}, but the file gives ${given}. It is damaged; fetch it again.`,
    );
}

function external(t: TensorProto, dtype: OnnxDType, dims: readonly number[], files: DataFiles): ConstantTensor {
  const expected = byteLength(
    dtype,
    dims.reduce((n, d) => n * d, 1),
  );
  const location = t.externalData?.get('location') ?? '';
  const offset = decimal(t.externalData?.get('offset') ?? '0');
  const length = decimal(t.externalData?.get('length') ?? String(expected));
  checkLength(t, dtype, dims, 'bytes', expected, length);
  const { source } = files.at(location);
  if (!(offset + length <= source.size))
    throw new BadFile(
      `The tensor "${t.name}" lies at bytes ${offset} to ${offset + length} of "${location}", which has ${source.size}. The file is cut short; fetch it again.`,
    );
  if (keepsInline(dtype === 'int64', length)) return { dtype, dims, data: source.read(offset, length) };
  return { dtype, dims, data: { location, offset, length } };
}

/** NaN if it is no number of bytes. */
const decimal = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : NaN);

/** The bytes of numbers in float_data, int32_data, int64_data …: the older way to store them. */
function typed(t: TensorProto, dtype: OnnxDType, dims: readonly number[], count: number): Uint8Array {
  const { field, bytes, perElement = 1 } = storageOf(dtype);
  const stored = t.numbers?.get(field) ?? new Uint8Array(0);
  const isFloats = field === floatData || field === doubleData;
  const numbers = isFloats ? stored.length / bytes : countVarints(stored);
  // A number of one byte holds as many elements as fit.
  checkLength(t, dtype, dims, 'numbers', bytes === 1 ? byteLength(dtype, count) : count * perElement, numbers);
  return isFloats ? stored : fromVarints(stored, numbers, bytes);
}

interface Storage {
  readonly field: number;
  /** That each number becomes. */
  readonly bytes: number;
  /** Complex numbers have two. */
  readonly perElement?: number;
}

const [floatData, int32Data, int64Data, doubleData, uint64Data] = [4, 5, 7, 10, 11];

/** onnx.proto, TensorProto: which field holds which type. Halves are stored as their bits, types of 8 bits and below as their bytes. */
function storageOf(dtype: OnnxDType): Storage {
  switch (dtype) {
    case 'float32':
      return { field: floatData, bytes: 4 };
    case 'complex64':
      return { field: floatData, bytes: 4, perElement: 2 };
    case 'float64':
      return { field: doubleData, bytes: 8 };
    case 'complex128':
      return { field: doubleData, bytes: 8, perElement: 2 };
    case 'int64':
      return { field: int64Data, bytes: 8 };
    case 'uint64':
      return { field: uint64Data, bytes: 8 };
    case 'uint32':
      return { field: uint64Data, bytes: 4 };
    case 'int32':
      return { field: int32Data, bytes: 4 };
    case 'int16':
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return { field: int32Data, bytes: 2 };
    default:
      return { field: int32Data, bytes: 1 };
  }
}
