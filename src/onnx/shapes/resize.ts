import type { Dim, Shape } from '../graph/dims';
import { divide, isNonNegative, isStatic, multiply } from '../graph/dims';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { axesIn, contentOf, elementsOf, integersOf, typed, unknownDim, unknownDims, withAxis } from './known';

/** Sizes given, or ⌊size · scale⌋; `axes` and the aspect ratio policies come with opset 18. */
const resize: ShapeRule = (node, opset) => {
  const x = node.inputs[0]?.shape;
  if (!x) return typed(node, undefined);
  const axes = axesIn(x.length, node.ints('axes') ?? x.map((_, i) => i));
  const [scales, sizes] = opset < 11 ? [node.inputs[1], undefined] : [node.inputs[2], node.inputs[3]];
  const wanted = sizes && elementsOf(sizes);
  const factors = node.floats('scales') ?? contentOf(scales);
  if (!axes || (wanted ?? factors)?.length !== axes.length) return typed(node, unknownDims(node, x.length));
  const policy = node.string('keep_aspect_ratio_policy', 'stretch');
  let shape: Shape = x;
  const fitted =
    wanted && policy !== 'stretch'
      ? fit(
          axes.map((a) => x[a]),
          wanted,
          policy,
        )
      : wanted;
  axes.forEach((axis, i) => {
    const size = fitted?.[i] ?? (wanted ? undefined : scaled(x[axis], factors?.[i]));
    shape = withAxis(shape, axis, size !== undefined && isNonNegative(size) ? size : unknownDim(node, axis));
  });
  return typed(node, shape);
};

function scaled(size: Dim, scale: Dim | undefined): Dim | undefined {
  if (typeof scale !== 'number') return undefined;
  if (scale === 1) return size;
  if (typeof size === 'number') return Math.floor(Math.fround(size * scale));
  if (Number.isInteger(scale)) return multiply(size, scale);
  return Number.isInteger(1 / scale) ? divide(size, 1 / scale) : undefined;
}

/** One scale for all axes: the smallest (not_larger) or the largest (not_smaller) of those asked for. */
function fit(x: Shape, wanted: Shape, policy: string): Shape | undefined {
  if (!isStatic(x) || !isStatic(wanted)) return undefined;
  const factors = wanted.map((w, i) => w / x[i]);
  const factor = policy === 'not_larger' ? Math.min(...factors) : Math.max(...factors);
  return x.map((d) => Math.round(factor * d));
}

/** [N, C, …] sampled at grid [N, …, 2 or 3]. */
const gridSample: ShapeRule = (node) => {
  const [x, grid] = [node.inputs[0]?.shape, node.inputs[1]?.shape];
  const rank = x?.length ?? grid?.length;
  if (rank === undefined) return typed(node, undefined);
  const unknown = unknownDims(node, rank);
  return typed(node, [x?.[0] ?? unknown[0], x?.[1] ?? unknown[1], ...(grid?.slice(1, -1) ?? unknown.slice(2))]);
};

const centerCropPad: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  if (!x) return typed(node, undefined);
  const axes = axesIn(x.length, node.ints('axes') ?? x.map((_, i) => i));
  const sizes = integersOf(node.inputs[1]);
  if (!axes) return typed(node, undefined);
  return typed(
    node,
    axes.reduce<Shape>((shape, axis, i) => withAxis(shape, axis, sizes?.[i] ?? unknownDim(node, axis)), x),
  );
};

const upsample: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  const factors = node.floats('scales') ?? contentOf(node.inputs[1]);
  return typed(
    node,
    x?.map((d, i) => scaled(d, factors?.[i]) ?? unknownDim(node, i)),
  );
};

/** Shapes of resampling. */
export const resizeShapes: ShapeRules = {
  Resize: resize,
  Upsample: upsample,
  GridSample: gridSample,
  'com.microsoft:GridSample': gridSample,
  CenterCropPad: centerCropPad,
};
