import type { Dim, Shape } from '../graph/dims';
import { add, isStatic, product } from '../graph/dims';
import type { Node } from '../graph/graph';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { axesIn, axisIn, contentOf, each, lengthOf, listOf, typed, unknownDims } from './known';

/** `axes` is an attribute below opset 18 (ReduceSum: 13), then input 1. None: all axes, or nothing with noop_with_empty_axes. */
const reduction = (total?: (content: readonly Dim[]) => Dim | undefined): ShapeRule => {
  return (node) => {
    const shape = reducedShape(node);
    const content = contentOf(node.inputs[0]);
    const everything = total && content && shape?.every((d) => d === 1);
    const sum = everything ? total(content) : undefined;
    return typed(node, shape, sum === undefined ? undefined : [sum]);
  };
};

function reducedShape(node: Node): Shape | undefined {
  const x = node.inputs[0]?.shape;
  const keepdims = node.int('keepdims', 1) !== 0;
  const axes = listOf(node, 'axes', 1);
  if (!x) {
    const scalar = axes === null && !keepdims && node.int('noop_with_empty_axes', 0) === 0;
    return scalar ? [] : undefined;
  }
  if (axes === undefined) {
    const count = lengthOf(node.inputs[1]);
    if (keepdims) return unknownDims(node, x.length);
    return count === undefined || count === 0 || count > x.length ? undefined : unknownDims(node, x.length - count);
  }
  if (!axes?.length) return node.int('noop_with_empty_axes', 0) !== 0 ? x : keepdims ? x.map(() => 1) : [];
  const reduced = axesIn(x.length, axes);
  return reduced && without(x, reduced, keepdims);
}

const without = (x: Shape, axes: readonly number[], keepdims: boolean): Shape =>
  x.flatMap((d, i) => (!axes.includes(i) ? [d] : keepdims ? [1] : []));

const extremum: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  const axis = x && axisIn(x.length, node.int('axis', 0));
  const shape = x && axis !== undefined ? without(x, [axis], node.int('keepdims', 1) !== 0) : undefined;
  return [{ dtype: 'int64', shape }];
};

const plain = (f: (x: readonly number[]) => number) => (content: readonly Dim[]) =>
  isStatic(content) && content.length > 0 ? f(content) : undefined;

export const reduceShapes: ShapeRules = {
  ...each('ReduceMean ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare', reduction()),
  ReduceSum: reduction((content) => content.reduce(add, 0)),
  ReduceProd: reduction(product),
  ReduceMax: reduction(plain((x) => Math.max(...x))),
  ReduceMin: reduction(plain((x) => Math.min(...x))),
  ...each('ArgMax ArgMin', extremum),
};
