import type { Dim, Shape } from '../graph/dims';
import { add, broadcast, divideExactly, isNonNegative, isStatic, multiply } from '../graph/dims';
import type { Node } from '../graph/graph';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import {
  axesIn,
  axisIn,
  broadcastContent,
  contentOf,
  elementsOf,
  integersOf,
  isSmall,
  lengthOf,
  listOf,
  pick,
  typed,
  unknownDim,
  unknownDims,
  withAxis,
} from './known';

const concat: ShapeRule = (node) => {
  const shapes = node.inputs.map((x) => x?.shape);
  const ranks = shapes.find((s) => s !== undefined)?.length;
  const axis = ranks === undefined ? undefined : axisIn(ranks, node.int('axis', 0));
  if (ranks === undefined || axis === undefined || shapes.some((s) => s && s.length !== ranks))
    return typed(node, undefined);
  const known = shapes.filter((s) => s !== undefined);
  const others = known.reduce((a, b) => a.map((d, i) => (typeof d === 'number' ? d : b[i])));
  const size = known.length === shapes.length ? known.map((s) => s[axis]).reduce(add) : unknownDim(node, axis);
  const shape = withAxis(others, axis, size);
  return typed(node, shape, joined(node, axis, shape));
};

function joined(node: Node, axis: number, shape: Shape): readonly Dim[] | undefined {
  if (!isSmall(shape)) return undefined;
  const parts = node.inputs.map((x) => elementsOf(x));
  if (parts.includes(undefined) || node.inputs.every((x) => contentOf(x) === undefined)) return undefined;
  if (axis === 0) return (parts as (readonly Dim[])[]).flat();
  const rows = shape.slice(0, axis).reduce((n, d) => n * d, 1);
  return Array.from({ length: rows }, (_, row) =>
    (parts as (readonly Dim[])[]).map((p) => p.slice((row * p.length) / rows, ((row + 1) * p.length) / rows)),
  ).flat(2);
}

/** Sizes: an attribute (< 13), input 1, or equal parts with the smaller one last. */
const split: ShapeRule = (node) => {
  const [x] = node.inputs;
  const dtype = x?.dtype;
  const axis = x?.shape && axisIn(x.shape.length, node.int('axis', 0));
  if (!x?.shape || axis === undefined) return node.outputs.map(() => ({ dtype }));
  const shape = x.shape;
  const given = listOf(node, 'split', 1);
  const sizes = given === null ? equalParts(shape[axis], node.int('num_outputs', node.outputs.length)) : given;
  const content = contentOf(x);
  let start = 0;
  return node.outputs.map((_, i) => {
    const size = sizes?.[i];
    const part = withAxis(shape, axis, size ?? unknownDim(node, axis, i));
    const from = start;
    start += typeof size === 'number' ? size : NaN;
    const elements =
      content && isStatic(shape) && isStatic(part)
        ? pick(content, shape, part, (c) => c.map((k, a) => (a === axis ? k + from : k)))
        : undefined;
    return { dtype, shape: part, content: elements };
  });
};

function equalParts(size: Dim, count: number): readonly Dim[] | undefined {
  if (count <= 0) return undefined;
  if (typeof size === 'number') {
    const part = Math.ceil(size / count);
    return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(part, size - i * part)));
  }
  const part = divideExactly(size, count);
  return part === undefined ? undefined : Array.from({ length: count }, () => part);
}

const expand: ShapeRule = (node) => {
  const [x, wanted] = node.inputs;
  const to = elementsOf(wanted);
  if (!to || !x?.shape) {
    const length = lengthOf(wanted);
    const rank = length === undefined || !x?.shape ? undefined : Math.max(length, x.shape.length);
    return typed(node, rank === undefined ? undefined : unknownDims(node, rank));
  }
  const shape = broadcast(
    x.shape,
    to.map((d, i) => (isNonNegative(d) ? d : unknownDim(node, i))),
  );
  const content = contentOf(x);
  const wide = content && isStatic(x.shape) && isSmall(shape) ? broadcastContent(content, x.shape, shape) : undefined;
  return typed(node, shape, wide);
};

const tile: ShapeRule = (node) => {
  const [x, times] = node.inputs;
  const rank = x?.shape?.length ?? lengthOf(times);
  const repeats = elementsOf(times);
  if (rank === undefined) return typed(node, undefined);
  if (!x?.shape || repeats?.length !== rank) return typed(node, unknownDims(node, rank));
  const from = x.shape;
  const shape = from.map((d, i) => (isNonNegative(repeats[i]) ? multiply(d, repeats[i]) : unknownDim(node, i)));
  const content = contentOf(x);
  const wide =
    content && isStatic(from) && isSmall(shape)
      ? pick(content, from, shape, (c) => c.map((k, i) => k % from[i]))
      : undefined;
  return typed(node, shape, wide);
};

/** pads = [begin…, end…], an attribute below opset 11; axes since 18. Negative pads crop. */
const pad: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  if (!x) return typed(node, undefined);
  const pads = node.ints('pads') ?? elementsOf(node.inputs[1]);
  const given = node.inputs[3] ? integersOf(node.inputs[3]) : x.map((_, i) => i);
  const axes = given && axesIn(x.length, given);
  if (!pads || !axes || pads.length !== 2 * axes.length) return typed(node, unknownDims(node, x.length));
  let shape: Shape = x;
  axes.forEach((axis, i) => {
    const more = add(pads[i], pads[i + axes.length]);
    const certain = typeof more === 'number' || !more.includes('value(');
    shape = withAxis(shape, axis, certain ? add(x[axis], more) : unknownDim(node, axis));
  });
  return typed(node, shape);
};

/** Shapes of operators that join, cut, repeat or pad whole tensors. */
export const partsShapes: ShapeRules = {
  Concat: concat,
  Split: split,
  Expand: expand,
  Tile: tile,
  Pad: pad,
};
