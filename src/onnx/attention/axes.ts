import { readEquation } from '../graph/equation';
import type { Equation } from '../graph/equation';
import type { Node } from '../graph/graph';

/**
 * Axes are counted from the end (−1 the last) while they are followed through a graph, so that what merges or adds leading axes leaves
 * them where they are. NaN: not known.
 */
type Axis = number;

/** Where an output axis of a node that moves or keeps axes was in its first input. */
export function axisBefore(node: Node, axis: Axis): Axis {
  if (node.type === 'Transpose') {
    const perm = permOf(node);
    return (perm[perm.length + axis] ?? NaN) - perm.length;
  }
  return keepsAxes(node) || axis >= -2 ? axis : NaN;
}

/** Where an axis of the first input of such a node is in its output. */
export function axisAfter(node: Node, axis: Axis): Axis {
  if (node.type === 'Transpose') {
    const perm = permOf(node);
    const at = perm.indexOf(perm.length + axis);
    return at < 0 ? NaN : at - perm.length;
  }
  return keepsAxes(node) || axis >= -2 ? axis : NaN;
}

function permOf(node: Node): readonly number[] {
  const rank = node.inputs[0]?.rank ?? 0;
  return node.ints('perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
}

/** Elementwise operators keep all axes; what reshapes is trusted with the last two only, as where it merges batch and heads. */
const keepsAxes = (node: Node): boolean => !['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten'].includes(node.type);

export const equationOf = (node: Node): Equation =>
  readEquation(node.string('equation', ''), (i) => node.inputs[i]?.rank ?? 3);
