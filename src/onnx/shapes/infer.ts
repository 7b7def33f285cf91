import type { Dim } from '../graph/dims';
import { unknownInteger } from '../graph/dims';
import type { Graph, Node } from '../graph/graph';
import { unknownDim } from './known';
import { shapeRules } from './table';

/** Fills in type, shape and content of a node's outputs. What the file itself declares is kept where the rule knows less. */
export function inferNode(node: Node, opset: number): void {
  const rule = shapeRules.get(node.type);
  if (!rule) return;
  const known = rule(node, opset);
  for (let i = 0; i < known.length; i++) {
    const k = known[i];
    const value = node.outputs[i];
    if (!value || !k) continue;
    value.dtype = k.dtype ?? value.dtype;
    if (k.shape?.every(isSize))
      value.shape = k.shape.some(isLong)
        ? k.shape.map((d, axis) => (isLong(d) ? unknownDim(node, axis, i) : d))
        : k.shape;
    value.content = k.content?.map((d, at) => (isLong(d) ? unknownInteger(value.name, at) : d));
  }
}

/** A damaged graph computes sizes that are none. */
const isSize = (d: Dim | undefined): boolean => typeof d === 'string' || (Number.isSafeInteger(d) && Number(d) >= 0);

/** Formulas that grow from layer to layer are cut; they get a name instead. */
const isLong = (d: Dim): boolean => typeof d === 'string' && d.length > 200;

/** One pass in execution order. */
export function inferGraph(graph: Graph): void {
  for (const node of graph.nodes) inferNode(node, graph.opset);
}
