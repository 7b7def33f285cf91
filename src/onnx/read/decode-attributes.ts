import { UnsupportedModel } from '../../shared/errors';
import type { DecodeContext } from './decode-context';
import { decodeTensor } from './decode-tensor';
import type { Attribute, Attributes } from '../graph/graph';
import { Graph } from '../graph/graph';
import type { AttributeProto, NodeProto } from '../proto/onnx_pb';
import { AttributeProto_AttributeType as Type } from '../proto/onnx_pb';
import type { ConstantTensor } from '../graph/tensor';

const utf8 = new TextDecoder();

export function decodeAttributes(node: NodeProto, context: DecodeContext): Attributes {
  const attributes: Record<string, Attribute> = {};
  for (const a of node.attribute) {
    const value = decodeAttribute(node, a, context);
    if (value !== undefined) attributes[a.name] = value;
  }
  return attributes;
}

/** Old files may leave the type out; what is set then tells. */
function typeOf(a: AttributeProto): Type {
  if (a.type !== Type.UNDEFINED) return a.type;
  if (a.t) return Type.TENSOR;
  if (a.g) return Type.GRAPH;
  if (a.ints.length > 0) return Type.INTS;
  if (a.floats.length > 0) return Type.FLOATS;
  if (a.strings.length > 0) return Type.STRINGS;
  if (a.s.length > 0) return Type.STRING;
  return a.f !== 0 ? Type.FLOAT : Type.INT;
}

/** A Constant becomes an initializer; in the attributes of other operators ONNX Runtime reads no external data. */
function inlined(node: NodeProto, t: ConstantTensor, { files }: DecodeContext): ConstantTensor {
  if (node.opType === 'Constant' || t.data instanceof Uint8Array || !('location' in t.data)) return t;
  const { location, offset, length } = t.data;
  return { ...t, data: files.at(location).source.read(offset, length).slice() };
}

function decodeAttribute(node: NodeProto, a: AttributeProto, context: DecodeContext): Attribute | undefined {
  switch (typeOf(a)) {
    case Type.INT:
      return Number(a.i);
    case Type.INTS:
      return a.ints.map(Number);
    case Type.FLOAT:
      return { float: a.f };
    case Type.FLOATS:
      return { float: a.floats };
    case Type.STRING:
      return utf8.decode(a.s);
    case Type.STRINGS:
      return a.strings.map((s) => utf8.decode(s));
    case Type.TENSOR:
      return a.t && inlined(node, decodeTensor(a.t, context.files), context);
    case Type.GRAPH: {
      const body = new Graph(a.g?.name || a.name);
      if (a.g) context.graph(a.g, body);
      return { body };
    }
    default:
      throw new UnsupportedModel(
        `Node "${node.name}" (${node.opType}) has the attribute "${a.name}" of a kind that is not supported (${Type[a.type] ?? a.type}). Export the model without it.`,
      );
  }
}
