import { nameOf } from './graph/dims';
import type { Attribute, Graph, Node, Value } from './graph/graph';
import { isBody, isFloatAttribute, isTensorAttribute } from './graph/graph';
import { ProtoWriter } from './proto/writer';
import type { ConstantTensor } from './graph/tensor';
import { dtypes } from './graph/tensor';

/** AttributeProto.AttributeType. */
const kinds = { FLOAT: 1, INT: 2, STRING: 3, TENSOR: 4, GRAPH: 5, FLOATS: 6, INTS: 7, STRINGS: 8 } as const;

/**
 * The graph as the bytes of a ModelProto (field numbers: proto/onnx.proto). Constants that nobody reads are left out; external ones
 * keep pointing into the user's own files, so the bytes stay small however large the model is.
 */
export function encodeModel(graph: Graph): Uint8Array {
  const w = new ProtoWriter();
  w.int(1, irVersionOf(graph.opset));
  w.text(2, 'attention-lens');
  w.message(7, () => writeGraph(w, graph));
  for (const domain of new Set(['', ...graph.nodes.map((n) => n.domain)]))
    w.message(8, () => {
      w.text(1, domain);
      w.int(2, domain === '' ? graph.opset : (graph.opsets.get(domain) ?? 1));
    });
  return w.finish();
}

/** The oldest that knows the opset and every data type up to it (onnx.proto's table of versions). */
const irVersionOf = (opset: number): number => (opset >= 25 ? 13 : opset >= 24 ? 12 : opset >= 23 ? 11 : 10);

function writeGraph(w: ProtoWriter, graph: Graph): void {
  const read = new Set<Value>(graph.outputs);
  for (const node of graph.nodes) for (const v of node.inputs) if (v) read.add(v);
  const names = new Map<string, number>();
  for (const node of graph.nodes) w.message(1, () => writeNode(w, node, uniqueIn(names, node.name)));
  w.text(2, graph.name);
  for (const v of read) if (v.tensor) w.message(5, () => writeTensor(w, v.tensor as ConstantTensor, v.name));
  for (const v of graph.inputs) w.message(11, () => writeValueInfo(w, v));
  for (const v of graph.outputs) w.message(12, () => writeValueInfo(w, v));
}

/** ONNX Runtime refuses two nodes of one name, unless it is empty. */
function uniqueIn(taken: Map<string, number>, name: string): string {
  const count = name === '' ? 0 : (taken.get(name) ?? 0);
  taken.set(name, count + 1);
  return count === 0 ? name : uniqueIn(taken, `${name}~${count + 1}`);
}

function writeNode(w: ProtoWriter, node: Node, nodeName: string): void {
  for (const name of trimmedNames(node.inputs)) w.text(1, name);
  for (const name of trimmedNames(node.outputs)) w.text(2, name);
  w.text(3, nodeName);
  w.text(4, node.op);
  for (const [name, a] of Object.entries(node.attributes)) w.message(5, () => writeAttribute(w, name, a));
  if (node.domain !== '') w.text(7, node.domain);
}

function trimmedNames(values: readonly (Value | undefined)[]): string[] {
  const last = values.findLastIndex((v) => v !== undefined);
  return values.slice(0, last + 1).map((v) => v?.name ?? '');
}

function writeAttribute(w: ProtoWriter, name: string, a: Attribute): void {
  w.text(1, name);
  w.int(20, writeAttributeValue(w, a));
}

/** @returns the attribute's type */
function writeAttributeValue(w: ProtoWriter, a: Attribute): number {
  if (typeof a === 'number') {
    w.int(3, a);
    return kinds.INT;
  }
  if (typeof a === 'string') {
    w.text(4, a);
    return kinds.STRING;
  }
  if (isFloatAttribute(a)) {
    if (typeof a.float === 'number') {
      w.float(2, a.float);
      return kinds.FLOAT;
    }
    for (const x of a.float) w.float(7, x);
    return kinds.FLOATS;
  }
  if (isTensorAttribute(a)) {
    w.message(5, () => writeTensor(w, a, ''));
    return kinds.TENSOR;
  }
  if (isBody(a)) {
    w.message(6, () => writeGraph(w, a.body));
    return kinds.GRAPH;
  }
  if (typeof a[0] === 'string') {
    for (const s of a) w.text(9, String(s));
    return kinds.STRINGS;
  }
  w.ints(8, a as readonly number[]);
  return kinds.INTS;
}

function writeTensor(w: ProtoWriter, t: ConstantTensor, name: string): void {
  w.ints(1, t.dims);
  w.int(2, dtypes[t.dtype]);
  w.text(8, name);
  if (t.data instanceof Uint8Array) {
    w.data(9, t.data);
    return;
  }
  if (!('location' in t.data)) {
    for (const s of t.data) w.text(6, s);
    return;
  }
  for (const [key, value] of Object.entries(t.data))
    w.message(13, () => {
      w.text(1, key);
      w.text(2, String(value));
    });
  w.int(14, 1); // EXTERNAL
}

/** Symbols get names that ONNX Runtime accepts; sizes that are computed in the graph are left to it. */
function writeValueInfo(w: ProtoWriter, v: Value): void {
  w.text(1, v.name);
  const { dtype, shape } = v;
  if (!dtype) return;
  const writeShape = () => {
    for (const d of shape ?? [])
      w.message(1, () => {
        const name = typeof d === 'number' ? undefined : nameOf(d);
        if (typeof d === 'number') w.int(1, d);
        else if (name !== undefined) w.text(2, name);
      });
  };
  w.message(2, () =>
    w.message(1, () => {
      w.int(1, dtypes[dtype]);
      if (shape) w.message(2, writeShape);
    }),
  );
}
