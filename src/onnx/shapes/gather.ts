import type { Dim, Shape } from '../graph/dims';
import { isNonNegative, isStatic } from '../graph/dims';
import type { Node } from '../graph/graph';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import {
  axisIn,
  contentOf,
  each,
  countOf,
  elementsOf,
  integersOf,
  isSmall,
  pick,
  same,
  typed,
  unknownDim,
  unknownDims,
  withAxis,
} from './known';

const gather: ShapeRule = (node) => {
  const [data, indices] = node.inputs;
  const x = data?.shape;
  const axis = x && axisIn(x.length, node.int('axis', 0));
  if (axis === undefined || !x || !indices?.shape) return typed(node, undefined);
  const shape = [...x.slice(0, axis), ...indices.shape, ...x.slice(axis + 1)];
  return typed(node, shape, gathered(node, axis, shape));
};

function gathered(node: Node, axis: number, shape: Shape): readonly Dim[] | undefined {
  const [data, indices] = node.inputs;
  const content = contentOf(data);
  const at = integersOf(indices);
  const [x, i] = [data?.shape, indices?.shape];
  if (!content || !at || !x || !i || !isStatic(x) || !isStatic(i) || !isSmall(shape)) return undefined;
  return pick(content, x, shape, (c) => {
    const index = at[c.slice(axis, axis + i.length).reduce((n, k, j) => n * i[j] + k, 0)];
    return [...c.slice(0, axis), index < 0 ? index + x[axis] : index, ...c.slice(axis + i.length)];
  });
}

/** [batch_dims…, i…, data behind the tuple]. */
const gatherND: ShapeRule = (node) => {
  const [data, indices] = [node.inputs[0]?.shape, node.inputs[1]?.shape];
  const tuple = indices?.[indices.length - 1];
  if (!data || !indices || typeof tuple !== 'number') return typed(node, undefined);
  return typed(node, [...indices.slice(0, -1), ...data.slice(node.int('batch_dims', 0) + tuple)]);
};

const gatherElements: ShapeRule = (node) => typed(node, node.inputs[1]?.shape);

const topK: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  const axis = x && axisIn(x.length, node.int('axis', -1));
  const k = node.has('k') ? node.int('k', 0) : elementsOf(node.inputs[1])?.[0];
  const shape =
    x && axis !== undefined
      ? withAxis(x, axis, k !== undefined && isNonNegative(k) ? k : unknownDim(node, axis))
      : undefined;
  return [
    { dtype: node.inputs[0]?.dtype, shape },
    { dtype: 'int64', shape },
  ];
};

const oneHot: ShapeRule = (node) => {
  const [indices, depth, values] = node.inputs;
  const dtype = values?.dtype;
  if (!indices?.shape) return [{ dtype }];
  const axis = axisIn(indices.shape.length + 1, node.int('axis', -1));
  if (axis === undefined) return [{ dtype }];
  const d = elementsOf(depth)?.[0];
  const size = d !== undefined && isNonNegative(d) ? d : unknownDim(node, axis);
  return [{ dtype, shape: [...indices.shape.slice(0, axis), size, ...indices.shape.slice(axis)] }];
};

/** [rank, how many]. */
const nonZero: ShapeRule = (node) => {
  const x = node.inputs[0];
  const content = x?.shape?.length === 1 ? contentOf(x) : undefined;
  if (content && isStatic(content)) {
    const at = content.flatMap((d, i) => (d !== 0 ? [i] : []));
    return [{ dtype: 'int64', shape: [1, at.length], content: at }];
  }
  return [{ dtype: 'int64', shape: [x?.shape?.length ?? unknownDim(node, 0), unknownDim(node, 1)] }];
};

const compress: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  if (!node.has('axis')) return typed(node, unknownDims(node, 1));
  const axis = x && axisIn(x.length, node.int('axis', 0));
  return typed(node, x && axis !== undefined ? withAxis(x, axis, unknownDim(node, axis)) : undefined);
};

const unique: ShapeRule = (node) => {
  const x = node.inputs[0];
  const n = unknownDim(node, 0);
  const axis = x?.shape && node.has('axis') ? axisIn(x.shape.length, node.int('axis', 0)) : undefined;
  const shape = !node.has('axis') ? [n] : x?.shape && axis !== undefined ? withAxis(x.shape, axis, n) : undefined;
  const [one, count] = [[n], countOf(x?.shape)];
  return [
    { dtype: x?.dtype, shape },
    { dtype: 'int64', shape: one },
    { dtype: 'int64', shape: node.has('axis') || count === undefined ? unknownDims(node, 1, 2) : [count] },
    { dtype: 'int64', shape: one },
  ];
};

/** Shapes of operators that choose elements by index or by content. */
export const gatherShapes: ShapeRules = {
  Gather: gather,
  GatherND: gatherND,
  'com.microsoft:GatherND': gatherND,
  GatherElements: gatherElements,
  ...each(
    'Scatter ScatterElements ScatterND TensorScatter Trilu com.microsoft:Trilu CumSum CumProd ReverseSequence',
    same(),
  ),
  TopK: topK,
  OneHot: oneHot,
  NonZero: nonZero,
  Compress: compress,
  Unique: unique,
  NonMaxSuppression: (node) => [{ dtype: 'int64', shape: [unknownDim(node, 0), 3] }],
};
