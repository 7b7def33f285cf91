import { create, toBinary } from '@bufbuild/protobuf';
import type { Attribute, Graph, Node, Value } from './graph';
import { isBody, isFloatAttribute, isTensorAttribute } from './graph';
import type { AttributeProto, GraphProto, TensorProto, ValueInfoProto } from './proto/onnx_pb';
import {
  AttributeProto_AttributeType as Type,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from './proto/onnx_pb';
import type { ConstantTensor } from './tensor';
import { dtypes } from './tensor';

const utf8 = new TextEncoder();

/**
 * The graph as the bytes of a ModelProto. Constants that nobody reads are left out; external ones keep pointing into the user's own
 * files, so the bytes stay small however large the model is.
 */
export function encodeModel(graph: Graph): Uint8Array {
  const opset = graph.opset;
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      // The oldest IR version that allows the opset is safe; 10 covers opset 21, later ones need no feature of later IRs here.
      irVersion: BigInt(opset >= 25 ? 12 : opset >= 24 ? 11 : 10),
      producerName: 'attention-lens',
      opsetImport: [...graph.opsets].map(([domain, version]) =>
        create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) }),
      ),
      graph: encodeGraph(graph),
    }),
  );
}

function encodeGraph(graph: Graph): GraphProto {
  const read = new Set<Value>(graph.outputs);
  for (const node of graph.nodes) for (const v of node.inputs) if (v) read.add(v);
  const constants = [...read].filter((v) => v.tensor);
  return create(GraphProtoSchema, {
    name: graph.name,
    input: graph.inputs.map(encodeValueInfo),
    output: graph.outputs.map((v) => encodeValueInfo(v)),
    initializer: constants.map((v) => encodeTensor(v.tensor as ConstantTensor, v.name)),
    node: graph.nodes.map(encodeNode),
  });
}

function encodeNode(node: Node) {
  const names = (values: readonly (Value | undefined)[]) => values.map((v) => v?.name ?? '');
  return create(NodeProtoSchema, {
    opType: node.op,
    domain: node.domain,
    name: node.name,
    input: trimmed(names(node.inputs)),
    output: trimmed(names(node.outputs)),
    attribute: Object.entries(node.attributes).map(([name, a]) => encodeAttribute(name, a)),
  });
}

function trimmed(names: string[]): string[] {
  while (names.length > 0 && names[names.length - 1] === '') names.pop();
  return names;
}

function encodeAttribute(name: string, a: Attribute): AttributeProto {
  const make = (fields: Partial<Omit<AttributeProto, '$typeName' | '$unknown'>>) =>
    create(AttributeProtoSchema, { name, ...fields });
  if (typeof a === 'number') return make({ type: Type.INT, i: BigInt(a) });
  if (typeof a === 'string') return make({ type: Type.STRING, s: utf8.encode(a) });
  if (isFloatAttribute(a))
    return typeof a.float === 'number'
      ? make({ type: Type.FLOAT, f: a.float })
      : make({ type: Type.FLOATS, floats: [...a.float] });
  if (isTensorAttribute(a)) return make({ type: Type.TENSOR, t: encodeTensor(a, '') });
  if (isBody(a)) return make({ type: Type.GRAPH, g: encodeGraph(a.body) });
  return typeof a[0] === 'string'
    ? make({ type: Type.STRINGS, strings: a.map((s) => utf8.encode(String(s))) })
    : make({ type: Type.INTS, ints: a.map((i) => BigInt(i)) });
}

function encodeTensor(t: ConstantTensor, name: string): TensorProto {
  const head = { name, dataType: dtypes[t.dtype], dims: t.dims.map(BigInt) };
  if (t.data instanceof Uint8Array) return create(TensorProtoSchema, { ...head, rawData: t.data });
  if ('location' in t.data) {
    const { location, offset, length } = t.data;
    const entry = (key: string, value: string) => create(StringStringEntryProtoSchema, { key, value });
    return create(TensorProtoSchema, {
      ...head,
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: [entry('location', location), entry('offset', String(offset)), entry('length', String(length))],
    });
  }
  return create(TensorProtoSchema, { ...head, stringData: t.data.map((s) => utf8.encode(s)) });
}

/** Symbols get names that ONNX Runtime accepts; sizes that are computed in the graph are left to it. */
function encodeValueInfo(v: Value): ValueInfoProto {
  const shape = v.shape && {
    dim: v.shape.map((d) =>
      create(TensorShapeProto_DimensionSchema, {
        value:
          typeof d === 'number'
            ? { case: 'dimValue', value: BigInt(d) }
            : /^\$[^*()]*$/.test(d)
              ? { case: 'dimParam', value: d.slice(1) }
              : { case: undefined },
      }),
    ),
  };
  return create(ValueInfoProtoSchema, {
    name: v.name,
    type:
      v.dtype &&
      create(TypeProtoSchema, { value: { case: 'tensorType', value: { elemType: dtypes[v.dtype], shape } } }),
  });
}
