import type { Dim } from '../graph/dims';
import { add, isNonNegative, isStatic, negate, subtract } from '../graph/dims';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import {
  axesIn,
  contentOf,
  elementsOf,
  integersOf,
  lengthOf,
  pick,
  typed,
  unknownDim,
  unknownDims,
  withAxis,
} from './known';

/** Attributes below opset 10, inputs since. */
const slice: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  if (!x) return typed(node, undefined);
  const starts = node.ints('starts') ?? elementsOf(node.inputs[1]);
  const ends = node.ints('ends') ?? elementsOf(node.inputs[2]);
  const count = starts?.length ?? lengthOf(node.inputs[1]) ?? lengthOf(node.inputs[2]);
  const given = node.ints('axes') ?? (node.inputs[3] ? integersOf(node.inputs[3]) : x.map((_, i) => i).slice(0, count));
  const axes = given && axesIn(x.length, given);
  const steps = node.inputs[4] ? integersOf(node.inputs[4]) : axes?.map(() => 1);
  if (!axes) return typed(node, unknownDims(node, x.length));
  let shape = x;
  const ranges: { axis: number; start: number; step: number }[] = [];
  axes.forEach((axis, i) => {
    const [start, end, step] = [starts?.[i], ends?.[i], steps?.[i]];
    const size = start === undefined || end === undefined || !step ? undefined : sliced(x[axis], start, end, step);
    shape = withAxis(shape, axis, size ?? unknownDim(node, axis));
    if (typeof x[axis] === 'number' && typeof start === 'number' && step)
      ranges.push({ axis, start: clamp(start < 0 ? start + x[axis] : start, 0, x[axis] - (step < 0 ? 1 : 0)), step });
  });
  const content = contentOf(node.inputs[0]);
  if (!content || !isStatic(x) || !isStatic(shape) || ranges.length !== axes.length) return typed(node, shape);
  const from = (c: readonly number[]) => {
    const at = [...c];
    for (const { axis, start, step } of ranges) at[axis] = start + step * c[axis];
    return at;
  };
  return typed(node, shape, pick(content, x, shape, from));
};

const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

/** Exporters write "to the end" as a huge number. */
const huge = 2 ** 31 - 1;

/** The length of from:to:step of an axis. Symbols are taken to lie inside it: a table is as long as it is asked for. */
function sliced(size: Dim, start: Dim, end: Dim, step: number): Dim | undefined {
  // Backwards to a huge end: nothing in the standard, all the way to the beginning in onnxruntime.
  if (step < 0 && typeof end === 'number' && end >= huge) return undefined;
  if (typeof size === 'number' && typeof start === 'number' && typeof end === 'number') {
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const from = clamp(start < 0 ? start + size : start, low === -1 ? 0 : low, high);
    const to = clamp(end < 0 ? end + size : end, low, high);
    return Math.max(0, Math.ceil((to - from) / step));
  }
  if (
    step === -1 &&
    (start === -1 || (typeof start === 'number' && start >= huge)) &&
    typeof end === 'number' &&
    end <= -huge
  )
    return size;
  if (step !== 1) return undefined;
  const from = fromStart(size, start);
  const to = fromStart(size, end);
  if (from === undefined || to === undefined) return undefined;
  const length = subtract(to, from);
  if (typeof length !== 'number' || typeof size === 'number')
    return typeof length === 'number' && length < 0 ? 0 : length;
  // x[:, 0:5] of a symbolic axis may be shorter; x[:, 0:1] is read as "the first", x[:, -1:] as "the last".
  const inside = isNonNegative(from) && isNonNegative(length) && isNonNegative(subtract(size, to));
  return length === 1 || inside ? length : undefined;
}

function fromStart(size: Dim, position: Dim): Dim | undefined {
  if (typeof position === 'number') return position < 0 ? add(size, position) : position >= huge ? size : position;
  if (isNonNegative(position)) return position;
  if (isNonNegative(negate(position))) return add(size, position);
  // A difference of sizes, such as keys − queries, is a position; what comes from data may be anything.
  return position.includes('value(') ? undefined : position;
}

/** Shape of Slice. */
export const sliceShapes: ShapeRules = { Slice: slice };
