import { BadFile, UnsupportedModel } from '../shared/errors';
import type { TensorProto } from './proto/onnx_pb';
import { TensorProto_DataLocation } from './proto/onnx_pb';
import type { DataFiles } from './skeleton';
import { checkedLocation, keepsInline } from './skeleton';
import type { ConstantTensor, OnnxDType } from './tensor';
import { byteLength, constant, dtypeName } from './tensor';

/** A tensor from its message: inline bytes, or a place in a file. Lengths are checked against shape and type. */
export function decodeTensor(t: TensorProto, files: DataFiles): ConstantTensor {
  const dtype = dtypeName(t.dataType);
  const dims = t.dims.map(Number);
  const count = dims.reduce((n, d) => n * d, 1);
  if (dims.some((d) => d < 0) || !Number.isSafeInteger(count))
    throw new BadFile(
      `The tensor "${t.name}" has the shape [${dims.join(', ')}]. The file is damaged; export it again.`,
    );
  if (dtype === 'string') return { dtype, dims, data: t.stringData.map((s) => new TextDecoder().decode(s)) };
  if (t.segment)
    throw new UnsupportedModel(
      `The tensor "${t.name}" is stored in segments, which is not supported. Export the model again.`,
    );

  const expected = byteLength(dtype, count);
  const check = (length: number) => {
    if (length !== expected)
      throw new BadFile(
        `The tensor "${t.name}" of ${dtype} [${dims.join(', ')}] needs ${expected} bytes, but the file gives ${length}. It is damaged; fetch it again.`,
      );
  };
  if (t.dataLocation === TensorProto_DataLocation.EXTERNAL) return external(t, dtype, dims, expected, check, files);
  if (t.rawData.length > 0) {
    check(t.rawData.length);
    return { dtype, dims, data: t.rawData };
  }
  return typed(t, dtype, dims, count);
}

function external(
  t: TensorProto,
  dtype: OnnxDType,
  dims: number[],
  expected: number,
  check: (length: number) => void,
  files: DataFiles,
): ConstantTensor {
  const entries = new Map(t.externalData.map((e) => [e.key, e.value]));
  const location = checkedLocation(entries.get('location') ?? '');
  const offset = Number(entries.get('offset') ?? 0);
  const length = Number(entries.get('length') ?? expected);
  check(length);
  const source = files.source(location);
  if (!(offset >= 0) || offset + length > source.size)
    throw new BadFile(
      `The tensor "${t.name}" lies at bytes ${offset} to ${offset + length} of "${location}", which has ${source.size}. The file is cut short; fetch it again.`,
    );
  if (keepsInline(dtype === 'int64', length)) return { dtype, dims, data: source.read(offset, length).slice() };
  return { dtype, dims, data: { location, offset, length } };
}

/** float_data, int32_data, int64_data …: the older way to store numbers. */
function typed(t: TensorProto, dtype: OnnxDType, dims: number[], count: number): ConstantTensor {
  const values = valuesOf(t, dtype);
  if (values.length !== count)
    throw new BadFile(
      `The tensor "${t.name}" of ${dtype} [${dims.join(', ')}] should hold ${count} numbers, but holds ${values.length}. The file is damaged; fetch it again.`,
    );
  if (dtype === 'int64' || dtype === 'uint64') {
    const data = new Uint8Array(8 * count);
    const v = new DataView(data.buffer);
    values.forEach((x, i) => v.setBigInt64(8 * i, BigInt.asIntN(64, BigInt(x)), true));
    return { dtype, dims, data };
  }
  if (dtype === 'float16' || dtype === 'bfloat16' || dtype === 'int16' || dtype === 'uint16') {
    const data = new Uint8Array(2 * count); // float16 is stored as its bits in int32_data.
    const v = new DataView(data.buffer);
    values.forEach((x, i) => v.setUint16(2 * i, Number(x) & 0xffff, true));
    return { dtype, dims, data };
  }
  if (
    dtype === 'int4' ||
    dtype === 'uint4' ||
    dtype.startsWith('float8') ||
    dtype.startsWith('complex') ||
    dtype === 'float4e2m1'
  )
    throw new UnsupportedModel(
      `The tensor "${t.name}" stores ${dtype} as numbers, which is not supported. Export the model with raw data.`,
    );
  return constant(dtype, dims, values.map(Number));
}

function valuesOf(t: TensorProto, dtype: OnnxDType): readonly (number | bigint)[] {
  switch (dtype) {
    case 'float32':
    case 'complex64':
      return t.floatData;
    case 'float64':
    case 'complex128':
      return t.doubleData;
    case 'int64':
      return t.int64Data;
    case 'uint32':
    case 'uint64':
      return t.uint64Data;
    default:
      return t.int32Data;
  }
}
