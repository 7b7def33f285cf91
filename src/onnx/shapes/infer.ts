import type { Dim, Shape } from '../dims';
import { unknownInteger } from '../dims';
import type { Graph, Node } from '../graph';
import type { OnnxDType } from '../tensor';
import { unknownDim } from './known';
import { shapeRules } from './table';

/** What is known of one output. `content`: the elements of a small integer or bool tensor, row-major, maybe symbolic. */
export interface Inferred {
  readonly dtype?: OnnxDType;
  readonly shape?: Shape;
  readonly content?: readonly Dim[];
}

/** One entry for each output of the node; undefined where nothing is known. Rules never throw on odd graphs: they say nothing instead. */
export type ShapeRule = (node: Node, opset: number) => readonly (Inferred | undefined)[];

/** Fills in type, shape and content of a node's outputs. What the file itself declares is kept where the rule knows less. */
export function inferNode(node: Node, opset: number): void {
  const rule = shapeRules.get(node.type);
  if (!rule) return;
  const known = rule(node, opset);
  node.outputs.forEach((value, i) => {
    const k = known[i];
    if (!value || !k) return;
    value.dtype = k.dtype ?? value.dtype;
    if (k.shape?.every(isSize)) value.shape = k.shape.map((d, axis) => (isLong(d) ? unknownDim(node, axis, i) : d));
    value.content = k.content?.map((d, at) => (isLong(d) ? unknownInteger(value.name, at) : d));
  });
}

/** A damaged graph computes sizes that are none. */
const isSize = (d: Dim | undefined): boolean => typeof d === 'string' || (Number.isSafeInteger(d) && Number(d) >= 0);

/** Formulas that grow from layer to layer are cut; they get a name instead. */
const isLong = (d: Dim): boolean => typeof d === 'string' && d.length > 200;

/** One pass in execution order. */
export function inferGraph(graph: Graph): void {
  for (const node of graph.nodes) inferNode(node, graph.opset);
}
