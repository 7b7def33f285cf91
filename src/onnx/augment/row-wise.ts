import type { Dim, Shape } from '../graph/dims';
import { product } from '../graph/dims';
import type { Node, Value } from '../graph/graph';

// prettier-ignore
const elementwise: ReadonlySet<string> = new Set([
  'Add', 'Sub', 'Mul', 'Div', 'Pow', 'Neg', 'Abs', 'Exp', 'Log', 'Sqrt', 'Reciprocal', 'Erf', 'Tanh', 'Sigmoid', 'Relu', 'LeakyRelu', 'Elu',
  'HardSigmoid', 'HardSwish', 'Softplus', 'Mish', 'Gelu', 'Identity', 'Cast', 'Where', 'Min', 'Max', 'Sum', 'com.microsoft:Gelu',
  'com.microsoft:QuickGelu', 'com.microsoft:FastGelu', 'com.microsoft:BiasGelu',
]);

const lastAxisNorms: ReadonlySet<string> = new Set([
  'LayerNormalization',
  'SimplifiedLayerNormalization',
  'RMSNormalization',
]);

/**
 * For a node that computes each row of its output from the same row of its inputs: the row's axis in each input, undefined for inputs
 * that all rows share. undefined where the node mixes rows, or where shapes are not known well enough to tell.
 * @param axis of the row in the node's first output, counted from 0
 */
export function rowAxes(node: Node, axis: number): readonly (number | undefined)[] | undefined {
  const out = node.outputs[0];
  const shape = out?.shape;
  if (!out || !shape) return undefined;
  if (elementwise.has(node.type)) return broadcastAxes(node, shape, axis);
  if (lastAxisNorms.has(node.type)) return normAxes(node, shape, axis);
  switch (node.type) {
    case 'MatMul':
    case 'com.microsoft:FusedMatMul':
      return matmulAxes(node, shape, axis);
    case 'Softmax':
    case 'LogSoftmax': {
      const along = node.int('axis', -1);
      return axis === (along < 0 ? along + shape.length : along) ? undefined : [axis];
    }
    case 'Transpose': {
      const perm = node.ints('perm');
      return perm && [perm[axis]];
    }
    case 'Reshape': {
      const from = node.inputs[0]?.shape;
      const at = from && reshapeAxis(from, shape, axis);
      return at === undefined ? undefined : [at];
    }
    default:
      return undefined;
  }
}

function broadcastAxes(node: Node, shape: Shape, axis: number): (number | undefined)[] | undefined {
  const axes: (number | undefined)[] = [];
  for (const v of node.inputs) {
    const along = v && alignedAxis(v, shape, axis);
    if (along === null) return undefined;
    axes.push(along);
  }
  return axes;
}

/** undefined: the input is the same for all rows. null: cannot tell. */
function alignedAxis(v: Value, shape: Shape, axis: number): number | undefined | null {
  if (!v.shape) return null;
  const along = axis - (shape.length - v.shape.length);
  if (along < 0 || v.shape[along] === 1) return undefined;
  return v.shape[along] === shape[axis] ? along : null;
}

function normAxes(node: Node, shape: Shape, axis: number): (number | undefined)[] | undefined {
  const normalised = node.int('axis', -1);
  const first = normalised < 0 ? normalised + shape.length : normalised;
  const shared = node.inputs.slice(1).every((v) => !v || (v.rank ?? Infinity) <= shape.length - first);
  return axis < first && shared ? [axis] : undefined;
}

/** The rows of A·B are those of A. */
function matmulAxes(node: Node, shape: Shape, axis: number): (number | undefined)[] | undefined {
  const [a, b] = node.inputs;
  const plain = node.int('transA', 0) === 0 && node.int('transBatchA', 0) === 0 && node.int('transBatchB', 0) === 0;
  if (!plain || a?.rank !== shape.length || !b?.rank || b.rank > shape.length) return undefined;
  if (axis === shape.length - 2) return [axis, undefined];
  // An axis of the batch that B does not have.
  return axis < shape.length - 2 && b.rank === 2 ? [axis, undefined] : undefined;
}

/** The input's axis of the same size with the same sizes before it; at most one size may be left to the run. */
function reshapeAxis(from: Shape, to: Shape, axis: number): number | undefined {
  if (to.filter((d, i) => i !== axis && typeof d !== 'number').length > 1) return undefined;
  const before = product(to.slice(0, axis));
  const at = from.findIndex((d: Dim, i) => d === to[axis] && product(from.slice(0, i)) === before);
  return at < 0 ? undefined : at;
}
