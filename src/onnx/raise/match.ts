import type { Node, Value } from '../graph';

/** The node that makes a value, if it is of that type. */
export const madeBy = (v: Value | undefined, ...types: readonly string[]): Node | undefined =>
  v?.producer && types.includes(v.producer.type) ? v.producer : undefined;

/** The number that a constant holds throughout, or undefined. */
export function uniform(v: Value | undefined): number | undefined {
  const numbers = v?.tensor && v.numbers;
  return numbers && numbers.length > 0 && numbers.every((x) => x === numbers[0]) ? numbers[0] : undefined;
}

/** For a commutative node: the other input, and the constant that the first one is. */
export function withConstant(
  node: Pick<Node, 'inputs'> | undefined,
): { readonly x: Value; readonly c: number } | undefined {
  const [a, b] = node?.inputs ?? [];
  if (!a || !b) return undefined;
  const [ca, cb] = [uniform(a), uniform(b)];
  if (cb !== undefined && ca === undefined) return { x: a, c: cb };
  if (ca !== undefined && cb === undefined) return { x: b, c: ca };
  return undefined;
}

/** The input of a two-input node that is not `v`. */
export const other = (node: Node | undefined, v: Value | undefined): Value | undefined => {
  const [a, b] = node?.inputs ?? [];
  return a === v ? b : b === v ? a : undefined;
};

/** x, if v is x² (as Pow 2 or Mul). */
export function squared(v: Value | undefined): Value | undefined {
  const pow = madeBy(v, 'Pow');
  if (pow) return uniform(pow.inputs[1]) === 2 ? pow.inputs[0] : undefined;
  const mul = madeBy(v, 'Mul');
  return mul && mul.inputs[0] === mul.inputs[1] ? mul.inputs[0] : undefined;
}

/** x, if v is the mean of x over its last axis, which is kept. */
export function meanOfLastAxis(v: Value | undefined): Value | undefined {
  const node = madeBy(v, 'ReduceMean');
  const x = node?.inputs[0];
  if (!node || !x || node.int('keepdims', 1) !== 1) return undefined;
  const axes = node.ints('axes') ?? node.inputs[1]?.numbers;
  if (axes?.length !== 1) return undefined;
  return axes[0] === -1 || (x.rank !== undefined && axes[0] === x.rank - 1) ? x : undefined;
}

/** Through casts that are none once everything is float32. */
export function plain(v: Value | undefined): Value | undefined {
  let at = v;
  for (let node; (node = madeBy(at, 'Cast', 'Identity')) && node.inputs[0]?.dtype === at?.dtype;) at = node.inputs[0];
  return at;
}
