import { BadFile } from '../../shared/errors';
import type { FieldReader } from './fields';
import type { AttributeProto, GraphProto, NodeProto, ValueInfo } from './messages';
import { readSparseName, readTensor } from './tensor-message';

/** Bodies within bodies. */
const deepest = 32;

/** How messages are read: whether large tensors are left in the file, and how many graphs they are in. */
export interface Reading {
  readonly leaves: boolean;
  readonly depth: number;
}

export const emptyGraph = (): GraphProto => ({
  name: '',
  node: [],
  initializer: [],
  sparseInitializer: [],
  input: [],
  output: [],
  valueInfo: [],
});

/** The message that the field holds, added to `graph`: protobuf merges what is given twice. */
export function readGraph(fields: FieldReader, graph: GraphProto, { leaves, depth }: Reading): GraphProto {
  if (depth > deepest) throw new BadFile(`The model nests graphs more than ${deepest} deep. The file is damaged.`);
  const inner = { leaves, depth: depth + 1 };
  for (const end = fields.enter(); fields.next(end);)
    switch (fields.number) {
      case 1:
        graph.node.push(readNode(fields, inner));
        break;
      case 2:
        graph.name = fields.text();
        break;
      case 5:
        graph.initializer.push(readTensor(fields, leaves));
        break;
      case 11:
        graph.input.push(readValueInfo(fields));
        break;
      case 12:
        graph.output.push(readValueInfo(fields));
        break;
      case 13:
        graph.valueInfo.push(readValueInfo(fields));
        break;
      case 15:
        graph.sparseInitializer.push(readSparseName(fields));
        break;
    }
  return graph;
}

export function readNode(fields: FieldReader, reading: Reading): NodeProto {
  const node: NodeProto = { name: '', opType: '', domain: '', overload: '', input: [], output: [], attribute: [] };
  for (const end = fields.enter(); fields.next(end);)
    switch (fields.number) {
      case 1:
        node.input.push(fields.text());
        break;
      case 2:
        node.output.push(fields.text());
        break;
      case 3:
        node.name = fields.text();
        break;
      case 4:
        node.opType = fields.text();
        break;
      case 5:
        node.attribute.push(readAttribute(fields, reading));
        break;
      case 7:
        node.domain = fields.text();
        break;
      case 8:
        node.overload = fields.text();
        break;
    }
  return node;
}

export function readAttribute(fields: FieldReader, reading: Reading): AttributeProto {
  const a: AttributeProto = {
    name: '',
    refAttrName: '',
    type: 0,
    f: 0,
    i: 0,
    s: '',
    t: undefined,
    g: undefined,
    floats: [],
    ints: [],
    strings: [],
  };
  for (const end = fields.enter(); fields.next(end);)
    switch (fields.number) {
      case 1:
        a.name = fields.text();
        break;
      case 2:
        a.f = fields.float();
        break;
      case 3:
        a.i = fields.integer();
        break;
      case 4:
        a.s = fields.text();
        break;
      case 5:
        a.t = readTensor(fields, reading.leaves);
        break;
      case 6:
        a.g = readGraph(fields, a.g ?? emptyGraph(), reading);
        break;
      case 7:
        fields.floats(a.floats);
        break;
      case 8:
        fields.integers(a.ints);
        break;
      case 9:
        a.strings.push(fields.text());
        break;
      case 20:
        a.type = fields.integer();
        break;
      case 21:
        a.refAttrName = fields.text();
        break;
    }
  return a;
}

function readValueInfo(fields: FieldReader): ValueInfo {
  const info: ValueInfo = { name: '', isTensor: false, elementType: 0, dims: undefined };
  for (const end = fields.enter(); fields.next(end);)
    if (fields.number === 1) info.name = fields.text();
    else if (fields.number === 2) readType(fields, info);
  return info;
}

/** TypeProto: a tensor, or a kind that is not read (sequence, map, optional, sparse, opaque). */
function readType(fields: FieldReader, info: ValueInfo): void {
  for (const end = fields.enter(); fields.next(end);) {
    if (fields.number === 6) continue; // Its denotation.
    info.isTensor = fields.number === 1;
    if (info.isTensor) readTensorType(fields, info);
  }
}

function readTensorType(fields: FieldReader, info: ValueInfo): void {
  for (const end = fields.enter(); fields.next(end);)
    if (fields.number === 1) info.elementType = fields.integer();
    else if (fields.number === 2) info.dims = readShape(fields, info.dims ?? []);
}

function readShape(fields: FieldReader, dims: (number | string | undefined)[]): (number | string | undefined)[] {
  for (const end = fields.enter(); fields.next(end);) if (fields.number === 1) dims.push(readDimension(fields));
  return dims;
}

function readDimension(fields: FieldReader): number | string | undefined {
  let dim: number | string | undefined;
  for (const end = fields.enter(); fields.next(end);)
    if (fields.number === 1) dim = fields.integer();
    else if (fields.number === 2) dim = fields.text();
  return dim;
}
