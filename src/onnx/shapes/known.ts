import type { Dim, Shape } from '../graph/dims';
import { isStatic, opaque, symbol, unknownInteger } from '../graph/dims';
import type { Node, Value } from '../graph/graph';
import type { ConstantTensor, OnnxDType } from '../graph/tensor';
import { dtypes, numbersOf } from '../graph/tensor';
import type { Inferred, ShapeRule } from './rule';

/** Operator type → rule, for one family. */
export type ShapeRules = Readonly<Record<string, ShapeRule>>;

/** Content is followed for tensors of up to this many elements: shapes, pads, sizes, small index lists. */
const contentLimit = 64;

/** Number of elements, if known. */
export const countOf = (shape: Shape | undefined): number | undefined =>
  shape && isStatic(shape) ? shape.reduce((n, d) => n * d, 1) : undefined;

export const isSmall = (shape: Shape | undefined): shape is readonly number[] =>
  (countOf(shape) ?? Infinity) <= contentLimit;

/** The elements of a small tensor, as far as they are known. */
export function contentOf(v: Value | undefined): readonly Dim[] | undefined {
  const content = v?.tensor ? numbersIn(v.tensor) : v?.content;
  return content && content.length === (countOf(v?.shape) ?? content.length) ? content : undefined;
}

const read = new WeakMap<ConstantTensor, readonly number[]>();

function numbersIn(t: ConstantTensor): readonly number[] | undefined {
  if (!isSmall(t.dims) || t.dtype === 'float16' || t.dtype === 'bfloat16') return undefined; // No shape is computed in these.
  const numbers = read.get(t) ?? numbersOf(t);
  if (numbers) read.set(t, numbers);
  return numbers;
}

/** Elements of a scalar or list known one by one: an integer that nobody knows has a name of its own. */
export const elementsOf = (v: Value | undefined): readonly Dim[] | undefined =>
  contentOf(v) ??
  (v && isInteger(v.dtype) && isSmall(v.shape) && v.shape.length < 2
    ? Array.from({ length: countOf(v.shape) ?? 0 }, (_, i) => unknownInteger(v.name, i))
    : undefined);

export const isInteger = (dtype: OnnxDType | undefined): boolean =>
  dtype === 'int64' || dtype === 'int32' || dtype === 'bool' || dtype === 'uint8' || dtype === 'int8';

/** Plain integers of a constant or of computed shape arithmetic. */
export function integersOf(v: Value | undefined): readonly number[] | undefined {
  const content = contentOf(v);
  return content && isStatic(content) && content.every(Number.isInteger) ? content : undefined;
}

/** The list `name` as an attribute (older opsets) or as input `index` (newer). `null`: neither is given. */
export function listOf(node: Node, name: string, index: number): readonly number[] | null | undefined {
  const attribute =
    node.ints(name) ?? (node.has(name) && typeof node.attributes[name] === 'number' ? [node.int(name, 0)] : undefined);
  if (attribute) return attribute;
  return node.inputs[index] ? integersOf(node.inputs[index]) : null;
}

/** 0 ≤ axis < rank, or undefined for an axis that is out of range. */
export function axisIn(rank: number, axis: number): number | undefined {
  const a = axis < 0 ? axis + rank : axis;
  return a >= 0 && a < rank ? a : undefined;
}

export function axesIn(rank: number, axes: readonly number[]): readonly number[] | undefined {
  const all = axes.map((a) => axisIn(rank, a));
  return all.includes(undefined) ? undefined : (all as number[]);
}

/** The size of an axis that only the run tells. */
export const unknownDim = (node: Node, axis: number, output = 0): Dim =>
  opaque('dim', symbol(node.outputs[output]?.name ?? node.name), axis);

export const unknownDims = (node: Node, rank: number, output = 0): Shape =>
  Array.from({ length: rank }, (_, i) => unknownDim(node, i, output));

/** The length of a 1-D tensor such as a shape: the rank of what it describes. */
export function lengthOf(v: Value | undefined): number | undefined {
  const length = v?.shape?.length === 1 ? v.shape[0] : undefined;
  return typeof length === 'number' && length <= contentLimit ? length : undefined;
}

export const withAxis = (shape: Shape, axis: number, size: Dim): Shape => shape.map((d, i) => (i === axis ? size : d));

export function dtypeOf(code: number): OnnxDType | undefined {
  for (const name in dtypes) if (dtypes[name as OnnxDType] === code) return name as OnnxDType;
  return undefined;
}

/** Elements of a small tensor rearranged: out[c] = content[where(c)]. Undefined where an index falls outside. */
export function pick(
  content: readonly Dim[],
  from: readonly number[],
  to: readonly number[],
  where: (coordinates: readonly number[]) => readonly number[],
): readonly Dim[] | undefined {
  const out: Dim[] = [];
  const count = to.reduce((n, d) => n * d, 1);
  for (let i = 0; i < count; i++) {
    const c = new Array<number>(to.length);
    for (let axis = to.length - 1, rest = i; axis >= 0; rest = Math.floor(rest / to[axis]), axis--)
      c[axis] = rest % to[axis];
    const at = where(c);
    if (at.length !== from.length || at.some((x, axis) => !(x >= 0 && x < from[axis]))) return undefined;
    out.push(content[at.reduce((n, x, axis) => n * from[axis] + x, 0)]);
  }
  return out;
}

/** Content of a tensor broadcast to a larger shape. */
export const broadcastContent = (content: readonly Dim[], from: readonly number[], to: readonly number[]) =>
  pick(content, from, to, (c) => from.map((d, i) => (d === 1 ? 0 : c[i + to.length - from.length])));

/** Type and shape (and, for copies, content) of input `index`. */
export const same = (index = 0, copies = false): ShapeRule => {
  return (node) => {
    const x = node.inputs[index];
    return [{ dtype: x?.dtype, shape: x?.shape, content: copies ? contentOf(x) : undefined }];
  };
};

/** One rule for many operators. */
export const each = (ops: string, rule: ShapeRule): ShapeRules =>
  Object.fromEntries(ops.split(' ').map((op) => [op, rule]));

/** A result with the type of input 0. */
export const typed = (node: Node, shape: Shape | undefined, content?: readonly Dim[]): readonly [Inferred] => [
  { dtype: node.inputs[0]?.dtype, shape, content },
];
