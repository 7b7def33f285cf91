import type { Dim, Shape } from '../graph/dims';
import {
  add,
  broadcast,
  compare,
  divide,
  divideExactly,
  isNonNegative,
  isStatic,
  multiply,
  negate,
  opaque,
  subtract,
  unknownInteger,
} from '../graph/dims';
import type { Node } from '../graph/graph';
import type { OnnxDType } from '../graph/tensor';
import { isFloat } from '../graph/tensor';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { broadcastContent, contentOf, dtypeOf, each, elementsOf, isInteger, isSmall, same } from './known';

/** One element of the result from one element of each input; undefined where it cannot be told. */
type Element = (x: readonly Dim[], node: Node) => Dim | undefined;

interface Elementwise {
  /** The least number of inputs. */
  readonly arity?: number;
  /** The result's type; that of input 0 by default. */
  readonly dtype?: OnnxDType;
  /** On integers, maybe symbolic. */
  readonly integer?: Element;
  /** On plain numbers of floating-point type. */
  readonly float?: (x: readonly number[]) => number;
}

/** Broadcasts all inputs, NumPy style. */
const elementwise = ({ arity = 2, dtype, integer, float }: Elementwise = {}): ShapeRule => {
  return (node) => {
    const type = dtype ?? node.inputs[0]?.dtype;
    const shapes = node.inputs.map((x) => x?.shape);
    if (shapes.length < arity || shapes.includes(undefined)) return [{ dtype: type }];
    const shape = (shapes as Shape[]).reduce(broadcast);
    if (!isSmall(shape)) return [{ dtype: type, shape }];
    const operandType = node.inputs[node.inputs.length - 1]?.dtype;
    const element: Element | undefined = isFloat(operandType)
      ? float && ((x) => (isStatic(x) ? rounded(float(x), type) : undefined))
      : isInteger(operandType)
        ? integer && ((x, n) => exact(integer(x, n)))
        : undefined;
    return [{ dtype: type, shape, content: element && contentsBy(element, node, shape) }];
  };
};

function contentsBy(element: Element, node: Node, shape: readonly number[]): readonly Dim[] | undefined {
  const inputs = node.inputs.map((x) => {
    const content = elementsOf(x);
    return content && x?.shape && isStatic(x.shape) ? broadcastContent(content, x.shape, shape) : undefined;
  });
  if (inputs.includes(undefined)) return undefined;
  const columns = inputs as (readonly Dim[])[];
  const name = node.outputs[0]?.name ?? '';
  let known = false;
  const out = Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => {
    const y = element(
      columns.map((c) => c[i]),
      node,
    );
    known ||= y !== undefined;
    return y ?? unknownInteger(name, i);
  });
  return known ? out : undefined;
}

/** Integers beyond 2⁵³ are not followed. */
const exact = (d: Dim | undefined): Dim | undefined =>
  typeof d === 'number' && !Number.isSafeInteger(d) ? undefined : d;

const rounded = (x: number, dtype: OnnxDType | undefined): number | undefined =>
  dtype === 'float32' ? Math.fround(x) : dtype === 'float64' || dtype === 'bool' ? x : undefined;

const truth = (b: boolean | undefined): Dim | undefined => (b === undefined ? undefined : b ? 1 : 0);

/** `holds` on the certain order of two integers; for ≤ and ≥ a difference that may be zero decides as well. */
const comparison = (
  order: (sign: number) => boolean,
  weak: (difference: Dim) => boolean | undefined = () => undefined,
) =>
  elementwise({
    dtype: 'bool',
    integer: ([a, b]) => {
      const sign = compare(a, b);
      return truth(sign === undefined ? weak(subtract(a, b)) : order(sign));
    },
    float: ([a, b]) => (order(Math.sign(a - b)) ? 1 : 0),
  });

/** True or false as soon as one operand decides; n operands of a logical operator. */
const and: Element = ([a, b]) => (a === 0 || b === 0 ? 0 : a === 1 && b === 1 ? 1 : undefined);
const or: Element = ([a, b]) => (a === 1 || b === 1 ? 1 : a === 0 && b === 0 ? 0 : undefined);

const largest = (x: readonly Dim[]): Dim => x.reduce((a, b) => extreme('max', a, b));
const smallest = (x: readonly Dim[]): Dim => x.reduce((a, b) => extreme('min', a, b));
function extreme(which: 'max' | 'min', a: Dim, b: Dim): Dim {
  const d = subtract(a, b);
  if (isNonNegative(d)) return which === 'max' ? a : b;
  if (isNonNegative(negate(d))) return which === 'max' ? b : a;
  return opaque(which, ...[a, b].sort());
}

const modulo: Element = ([a, b], node) => {
  if (b === 0) return undefined;
  if (typeof a === 'number' && typeof b === 'number') return node.int('fmod', 0) === 1 ? a % b : ((a % b) + b) % b;
  return divideExactly(a, b) === undefined ? opaque('mod', a, b) : 0;
};

const where: ShapeRule = (node) => {
  const [condition, a, b] = node.inputs;
  const dtype = a?.dtype ?? b?.dtype;
  if (!condition?.shape || !a?.shape || !b?.shape) return [{ dtype }];
  const shape = broadcast(condition.shape, broadcast(a.shape, b.shape));
  const chosen: Element = ([c, x, y]) => (typeof c === 'number' ? (c ? x : y) : x === y ? x : undefined);
  return [{ dtype, shape, content: isSmall(shape) ? contentsBy(chosen, node, shape) : undefined }];
};

const cast: ShapeRule = (node) => {
  const x = node.inputs[0];
  const dtype = node.op === 'CastLike' ? node.inputs[1]?.dtype : dtypeOf(node.int('to', 0));
  const content = contentOf(x);
  return [{ dtype, shape: x?.shape, content: content && casted(content, dtype) }];
};

/** Symbols pass through float32 and back: sizes are scaled in floating point by some exporters. */
function casted(content: readonly Dim[], dtype: OnnxDType | undefined): readonly Dim[] | undefined {
  const by = (f: (x: number) => number) => content.map((d) => (typeof d === 'number' ? f(d) : d));
  if (dtype === 'bool') return isStatic(content) ? by((d) => (d ? 1 : 0)) : undefined;
  if (dtype === 'int64' || dtype === 'int32') return by(Math.trunc);
  return dtype === 'float32' ? by(Math.fround) : undefined;
}

const copyOfIntegers: Element = ([a]) => a;

/** Operators on one tensor (further inputs are scalars) that keep its type and shape. */
const unary =
  'Acos Acosh Asin Asinh Atan Atanh BitwiseNot Celu Clip Cos Cosh Elu Erf Exp Gelu HardSigmoid HardSwish LeakyRelu Log Mish Relu ' +
  'Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Swish Tan Tanh ThresholdedRelu';

/** Shapes of elementwise operators, and the arithmetic that exporters do on sizes. */
export const elementwiseShapes: ShapeRules = {
  ...each(unary, same()),
  ...each('Identity', same(0, true)),
  Abs: elementwise({
    arity: 1,
    integer: ([a]) => (isNonNegative(a) ? a : typeof a === 'number' ? -a : undefined),
    float: ([a]) => Math.abs(a),
  }),
  Neg: elementwise({ arity: 1, integer: ([a]) => negate(a), float: ([a]) => -a }),
  Floor: elementwise({ arity: 1, integer: copyOfIntegers, float: ([a]) => Math.floor(a) }),
  Ceil: elementwise({ arity: 1, integer: copyOfIntegers, float: ([a]) => Math.ceil(a) }),
  Round: elementwise({
    arity: 1,
    float: ([a]) => (a % 1 === 0.5 || a % 1 === -0.5 ? 2 * Math.round(a / 2) : Math.round(a)),
  }),
  Sqrt: elementwise({ arity: 1, float: ([a]) => Math.sqrt(a) }),
  Reciprocal: elementwise({ arity: 1, float: ([a]) => 1 / a }),
  Not: elementwise({ arity: 1, integer: ([a]) => (typeof a === 'number' ? 1 - a : undefined) }),
  Add: elementwise({ integer: ([a, b]) => add(a, b), float: ([a, b]) => a + b }),
  Sub: elementwise({ integer: ([a, b]) => subtract(a, b), float: ([a, b]) => a - b }),
  Mul: elementwise({ integer: ([a, b]) => multiply(a, b), float: ([a, b]) => a * b }),
  Div: elementwise({ integer: ([a, b]) => (b === 0 ? undefined : divide(a, b)), float: ([a, b]) => a / b }),
  Mod: elementwise({ integer: modulo }),
  Pow: elementwise({ float: ([a, b]) => a ** b }),
  Max: elementwise({ arity: 1, integer: largest, float: (x) => Math.max(...x) }),
  Min: elementwise({ arity: 1, integer: smallest, float: (x) => Math.min(...x) }),
  Sum: elementwise({ arity: 1 }),
  Mean: elementwise({ arity: 1 }),
  PRelu: same(),
  ...each('BitShift BitwiseAnd BitwiseOr BitwiseXor', elementwise()),
  Equal: comparison((s) => s === 0),
  Less: comparison(
    (s) => s < 0,
    (d) => (isNonNegative(d) ? false : undefined),
  ),
  Greater: comparison(
    (s) => s > 0,
    (d) => (isNonNegative(negate(d)) ? false : undefined),
  ),
  LessOrEqual: comparison(
    (s) => s <= 0,
    (d) => (isNonNegative(negate(d)) ? true : undefined),
  ),
  GreaterOrEqual: comparison(
    (s) => s >= 0,
    (d) => (isNonNegative(d) ? true : undefined),
  ),
  And: elementwise({ dtype: 'bool', integer: and }),
  Or: elementwise({ dtype: 'bool', integer: or }),
  Xor: elementwise({
    dtype: 'bool',
    integer: ([a, b]) => (typeof a === 'number' && typeof b === 'number' ? a ^ b : undefined),
  }),
  ...each('IsNaN IsInf', (node) => [{ dtype: 'bool', shape: node.inputs[0]?.shape }]),
  ...each('Cast CastLike', cast),
  BitCast: (node) => [{ dtype: dtypeOf(node.int('to', 0)), shape: node.inputs[0]?.shape }],
  Where: where,
};
