import assert from 'node:assert/strict';
import { fromBinary } from '@bufbuild/protobuf';
import type { AttributeProto, FunctionProto, GraphProto, NodeProto, TensorProto, ValueInfoProto } from './onnx_pb';
import { ModelProtoSchema, TensorProto_DataLocation } from './onnx_pb';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** A model's messages in the shape of src/onnx/read/messages.ts, but read by @bufbuild/protobuf with the schema of onnx.proto. */
export function oracleModel(bytes: Uint8Array) {
  const model = fromBinary(ModelProtoSchema, bytes);
  return {
    irVersion: Number(model.irVersion),
    opsetImport: model.opsetImport.map(opset),
    graph: model.graph && graph(model.graph),
    functions: model.functions.map(localFunction),
  };
}

const opset = ({ domain, version }: { domain: string; version: bigint }) => ({ domain, version: Number(version) });

const localFunction = (f: FunctionProto) => ({
  ...{ name: f.name, domain: f.domain, overload: f.overload, input: f.input, output: f.output },
  node: f.node.map(node),
  opsetImport: f.opsetImport.map(opset),
  attributeProto: f.attributeProto.map(attribute),
});

const graph = (g: GraphProto): object => ({
  name: g.name,
  node: g.node.map(node),
  initializer: g.initializer.map(tensor),
  sparseInitializer: g.sparseInitializer.map((s) => s.values?.name ?? ''),
  input: g.input.map(info),
  output: g.output.map(info),
  valueInfo: g.valueInfo.map(info),
});

const node = ({ name, opType, domain, overload, input, output, attribute: attributes }: NodeProto) => ({
  ...{ name, opType, domain, overload, input, output },
  attribute: attributes.map(attribute),
});

const attribute = (a: AttributeProto) => ({
  name: a.name,
  refAttrName: a.refAttrName,
  type: a.type,
  f: a.f,
  i: Number(a.i),
  s: utf8.decode(a.s),
  t: a.t && tensor(a.t),
  g: a.g && graph(a.g),
  floats: a.floats,
  ints: a.ints.map(Number),
  strings: a.strings.map((s) => utf8.decode(s)),
});

function info({ name, type }: ValueInfoProto) {
  const tensorType = type?.value.case === 'tensorType' ? type.value.value : undefined;
  const dims = tensorType?.shape?.dim.map((d) =>
    d.value.case === 'dimValue' ? Number(d.value.value) : d.value.case === 'dimParam' ? d.value.value : undefined,
  );
  return { name, isTensor: tensorType !== undefined, elementType: tensorType?.elemType ?? 0, dims };
}

const tensor = (t: TensorProto) => ({
  name: t.name,
  dims: t.dims.map(Number),
  dataType: t.dataType,
  hasSegment: t.segment !== undefined,
  isExternal: t.dataLocation === TensorProto_DataLocation.EXTERNAL,
  externalData: t.externalData.map(({ key, value }): [string, string] => [key, value]),
  stringData: t.stringData.map((s) => utf8.decode(s)),
  raw: Buffer.from(t.rawData),
  numbers: {
    4: t.floatData,
    5: t.int32Data.map(BigInt),
    7: t.int64Data,
    10: t.doubleData,
    11: t.uint64Data,
  },
});

/** The numbers of a typed field as it lies in the file, all pieces joined. */
export function numbersOfField(field: number, bytes: Uint8Array): (number | bigint)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (field === 4) return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  if (field === 10) return Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
  const numbers: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte > 127) continue;
    numbers.push(
      field === 5 ? BigInt.asIntN(32, value) : field === 7 ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value),
    );
    [value, shift] = [0n, 0n];
  }
  assert.equal(shift, 0n);
  return numbers;
}
