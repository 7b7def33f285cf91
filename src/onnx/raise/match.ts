import type { Node, Value } from '../graph/graph';

/** The node that makes a value, if it is of that type. */
export const madeBy = (v: Value | undefined, ...types: readonly string[]): Node | undefined =>
  v?.producer && types.includes(v.producer.type) ? v.producer : undefined;

/** The number that a constant of one element holds, or undefined. */
export function single(v: Value | undefined): number | undefined {
  const numbers = v?.tensor && v.shape?.every((d) => d === 1) ? v.numbers : undefined;
  return numbers?.[0];
}

export interface WithConstant {
  readonly x: Value;
  readonly c: number;
}

/** x and c of a node x ∘ c that leaves the shape of x as it is. */
export function withConstantLast(node: Pick<Node, 'inputs'> | undefined): WithConstant | undefined {
  const [x, constant] = node?.inputs ?? [];
  const c = single(constant);
  if (!x || x.tensor || c === undefined) return undefined;
  const rank = constant?.rank ?? 0;
  return rank === 0 || rank <= (x.rank ?? 0) ? { x, c } : undefined;
}

/** The same of a commutative node: the constant may come first. */
export const withConstant = (node: Pick<Node, 'inputs'> | undefined): WithConstant | undefined =>
  withConstantLast(node) ?? withConstantLast(node && { inputs: [...node.inputs].reverse() });

/** Equal but for the rounding of a constant to 16 bits. */
export const isAbout = (a: number, b: number): boolean => Math.abs(a - b) <= 1.2e-4 * Math.abs(b);

/** The input of a two-input node that is not `v`. */
export const other = (node: Node | undefined, v: Value | undefined): Value | undefined => {
  const [a, b] = node?.inputs ?? [];
  return a === v ? b : b === v ? a : undefined;
};

/** x, if v is x² (as Pow 2 or Mul). */
export function squared(v: Value | undefined): Value | undefined {
  const pow = madeBy(v, 'Pow');
  if (pow) {
    const power = withConstantLast(pow);
    return power?.c === 2 ? power.x : undefined;
  }
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

/** Whether a 1-D value has one number for each element of the last axis of `x`. */
export const isAlongLastAxis = (v: Value | undefined, x: Value): boolean =>
  v?.rank === 1 && v.shape?.[0] !== undefined && v.shape[0] === x.shape?.at(-1);

/** x, if v is x − mean x. */
export function uncentred(v: Value | undefined): Value | undefined {
  const sub = madeBy(v, 'Sub');
  const x = plain(sub?.inputs[0]);
  return x && plain(meanOfLastAxis(sub?.inputs[1])) === x ? x : undefined;
}
