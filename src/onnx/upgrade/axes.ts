import type { Builder } from '../graph/builder';
import type { Node } from '../graph/graph';
import type { Upgrade } from './rule';
import { without } from './rule';

/** The attribute `name`, a list of integers, becomes input 1. */
function toInput(name: string, node: Node, g: Builder): void {
  const list = node.ints(name);
  if (!list) return;
  node.attributes = without(node, name);
  g.graph.setInput(node, 1, g.ints(list));
}

/** Opset 13: axes, and the sizes of the parts, are inputs. */
export const squeezes: Upgrade = {
  ops: ['Squeeze', 'Unsqueeze', 'ReduceSum'],
  until: 13,
  upgrade: (node, g) => toInput('axes', node, g),
};

export const splitSizes: Upgrade = {
  ops: ['Split'],
  until: 13,
  upgrade: (node, g) => toInput('split', node, g),
};

/** Opset 18: the other reductions follow. */
export const reductions: Upgrade = {
  // prettier-ignore
  ops: ['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd', 'ReduceSumSquare'],
  until: 18,
  upgrade: (node, g) => toInput('axes', node, g),
};

/** Opset 18: equal parts are asked for by number. */
export const splitCount: Upgrade = {
  ops: ['Split'],
  until: 18,
  upgrade(node) {
    if (!node.inputs[1]) node.attributes = { ...node.attributes, num_outputs: node.outputs.length };
  },
};
