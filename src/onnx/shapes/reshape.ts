import type { Dim, Shape } from '../graph/dims';
import { divide, isNonNegative, isStatic, product } from '../graph/dims';
import type { Node } from '../graph/graph';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { axesIn, contentOf, elementsOf, lengthOf, listOf, pick, typed, unknownDim, unknownDims } from './known';

/** The elements stay as they are, in their order. */
const rearranged = (node: Node, shape: Shape | undefined) => typed(node, shape, contentOf(node.inputs[0]));

/** 0 copies the size at its place (unless allowzero), −1 is what is left. */
const reshape: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  const wanted = node.ints('shape') ?? elementsOf(node.inputs[1]);
  if (!wanted) {
    const rank = lengthOf(node.inputs[1]);
    return rearranged(node, rank === undefined ? undefined : unknownDims(node, rank));
  }
  const zero = node.int('allowzero', 0) !== 0;
  const certain = wanted.map((d, i) => {
    if (d === 0 && !zero) return x?.[i];
    return d === -1 || !isNonNegative(d) ? undefined : d;
  });
  const open = certain.flatMap((d, i) => (d === undefined ? [i] : []));
  const left = open.length === 1 && x ? divideProducts(x, certain) : undefined;
  const shape = certain.map((d, i) => d ?? left ?? unknownDim(node, i));
  return rearranged(node, shape);
};

/** Π x / Π known. Factors that stand on both sides cancel first, so that opaque sizes need no algebra. */
function divideProducts(x: Shape, known: readonly (Dim | undefined)[]): Dim | undefined {
  const above = [...x];
  const below: Dim[] = [];
  for (const d of known) {
    if (d === undefined) continue;
    const at = above.indexOf(d);
    if (at >= 0) above.splice(at, 1);
    else below.push(d);
  }
  const [a, b] = [product(above), product(below)];
  return b === 0 ? undefined : divide(a, b);
}

const flatten: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  const axis = node.int('axis', 1);
  const at = x && (axis < 0 ? axis + x.length : axis);
  return rearranged(
    node,
    x && at !== undefined ? [product(x.slice(0, at)), product(x.slice(at))] : unknownDims(node, 2),
  );
};

const transpose: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  const perm = node.ints('perm') ?? x?.map((_, i) => x.length - 1 - i);
  if (!perm) return typed(node, undefined);
  if (!x) return typed(node, unknownDims(node, perm.length));
  if (perm.length !== x.length || perm.some((p) => !(p >= 0 && p < x.length))) return typed(node, undefined);
  const shape = perm.map((p) => x[p]);
  const content = contentOf(node.inputs[0]);
  const moved =
    content && isStatic(x) && isStatic(shape)
      ? pick(content, x, shape, (c) => x.map((_, i) => c[perm.indexOf(i)]))
      : undefined;
  return typed(node, shape, moved);
};

const unsqueeze: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  const given = listOf(node, 'axes', 1);
  if (!x) return typed(node, undefined);
  if (!given) {
    const more = lengthOf(node.inputs[1]);
    return rearranged(node, more === undefined ? undefined : unknownDims(node, x.length + more));
  }
  const axes = axesIn(x.length + given.length, given);
  if (!axes) return typed(node, undefined);
  const rest = x[Symbol.iterator]();
  const shape = Array.from({ length: x.length + axes.length }, (_, i) =>
    axes.includes(i) ? 1 : (rest.next().value ?? 1),
  );
  return rearranged(node, shape);
};

/** Without axes, those of size 1 go; then no symbol may stand in the shape. */
const squeeze: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  const given = listOf(node, 'axes', 1);
  if (!x) return typed(node, undefined);
  if (given === null) return rearranged(node, isStatic(x) ? x.filter((d) => d !== 1) : undefined);
  const axes = given && axesIn(x.length, given);
  if (axes)
    return rearranged(
      node,
      x.filter((_, i) => !axes.includes(i)),
    );
  const fewer = lengthOf(node.inputs[1]);
  return rearranged(node, fewer !== undefined && fewer <= x.length ? unknownDims(node, x.length - fewer) : undefined);
};

const identicalShape: ShapeRule = (node) => {
  const x = node.inputs[0];
  return [
    { dtype: x?.dtype, shape: x?.shape, content: contentOf(x) },
    { dtype: 'bool', shape: x?.shape },
  ];
};

/** DepthToSpace [N, C, H, W] → [N, C/b², H·b, W·b], and back. */
const blocks = (direction: 1 | -1): ShapeRule => {
  return (node) => {
    const x = node.inputs[0]?.shape;
    const b = node.int('blocksize', 0);
    if (x?.length !== 4 || b <= 0) return typed(node, unknownDims(node, 4));
    const [n, c, h, w] = x;
    const shape =
      direction === 1
        ? [n, divide(c, b * b), product([h, b]), product([w, b])]
        : [n, product([c, b * b]), divide(h, b), divide(w, b)];
    return typed(node, shape);
  };
};

/** Shapes of operators that keep all elements and change their arrangement. */
export const reshapeShapes: ShapeRules = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  'com.microsoft:ExpandDims': unsqueeze,
  Squeeze: squeeze,
  Dropout: identicalShape,
  DepthToSpace: blocks(1),
  SpaceToDepth: blocks(-1),
};
