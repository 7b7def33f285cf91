import { UnsupportedModel } from '../../shared/errors';
import type { DecodeContext } from './decode-context';
import { decodeTensor } from './decode-tensor';
import type { Attribute, Attributes } from '../graph/graph';
import { Graph } from '../graph/graph';
import type { ConstantTensor } from '../graph/tensor';
import type { AttributeProto, NodeProto } from './messages';

/** AttributeProto.AttributeType, at its number. */
// prettier-ignore
const kinds = [
  'UNDEFINED', 'FLOAT', 'INT', 'STRING', 'TENSOR', 'GRAPH', 'FLOATS', 'INTS', 'STRINGS', 'TENSORS', 'GRAPHS', 'SPARSE_TENSOR', 'SPARSE_TENSORS',
  'TYPE_PROTO', 'TYPE_PROTOS',
] as const;
type Kind = (typeof kinds)[number];

export function decodeAttributes(node: NodeProto, context: DecodeContext): Attributes {
  const attributes: Record<string, Attribute> = {};
  for (const a of node.attribute) {
    const value = decodeAttribute(node, a, context);
    if (value !== undefined) attributes[a.name] = value;
  }
  return attributes;
}

/** Old files may leave the type out; what is set then tells. */
function kindOf(a: AttributeProto): Kind | undefined {
  if (a.type !== 0) return kinds[a.type];
  if (a.t) return 'TENSOR';
  if (a.g) return 'GRAPH';
  if (a.ints.length > 0) return 'INTS';
  if (a.floats.length > 0) return 'FLOATS';
  if (a.strings.length > 0) return 'STRINGS';
  if (a.s.length > 0) return 'STRING';
  return a.f !== 0 ? 'FLOAT' : 'INT';
}

/** A Constant becomes an initializer; in the attributes of other operators ONNX Runtime reads no external data. */
function inlined(node: NodeProto, t: ConstantTensor, { files }: DecodeContext): ConstantTensor {
  if (node.opType === 'Constant' || t.data instanceof Uint8Array || !('location' in t.data)) return t;
  const { location, offset, length } = t.data;
  return { ...t, data: files.at(location).source.read(offset, length).slice() };
}

function decodeAttribute(node: NodeProto, a: AttributeProto, context: DecodeContext): Attribute | undefined {
  switch (kindOf(a)) {
    case 'INT':
      return a.i;
    case 'INTS':
      return a.ints;
    case 'FLOAT':
      return { float: a.f };
    case 'FLOATS':
      return { float: a.floats };
    case 'STRING':
      return a.s;
    case 'STRINGS':
      return a.strings;
    case 'TENSOR':
      return a.t && inlined(node, decodeTensor(a.t, context.files), context);
    case 'GRAPH': {
      const body = new Graph(a.g?.name || a.name);
      if (a.g) context.graph(a.g, body);
      return { body };
    }
    default:
      throw new UnsupportedModel(
        `Node "${node.name}" (${node.opType}) has the attribute "${a.name}" of a kind that is not supported (${kinds[a.type] ?? a.type}). Export the model without it.`,
      );
  }
}
