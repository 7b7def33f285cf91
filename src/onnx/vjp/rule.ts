import { UnsupportedModel } from '../../shared/errors';
import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';

/**
 * What a rule sees. Cotangents carry a leading axis K, one entry for each target: ȳ is [K, …y.shape]. Forward values have no such
 * axis, and NumPy's broadcasting aligns them from the right, so that elementwise formulas read as in the paper.
 */
export interface VjpContext {
  readonly g: Builder;
  readonly node: Node;
  /** The node's inputs; `x[i]` is undefined where an optional input is left out. */
  readonly x: readonly Value[];
  /** The node's first output. */
  readonly y: Value;
  /** Cotangent of the first output: [K, …y.shape]. */
  readonly ȳ: Value;
  /** Cotangent of output i, undefined where no target depends on it. */
  cotangent(output: number): Value | undefined;
}

/** Cotangent of one input, made only if somebody asks: [K, …x.shape], or still broadcast where the rule says `broadcasts`. null: zero. */
export type Cotangent = (() => Value) | null;

/** The vector-Jacobian product of one operator. */
export interface Vjp {
  /** `Softmax`, or `com.microsoft:QuickGelu`. */
  readonly op: string;
  /** The operator broadcasts its inputs: cotangents may come in y's shape and are summed to the input's shape by the caller. */
  readonly broadcasts?: boolean;
  /** Outputs that carry a gradient, where not all do: scales, indices and masks are constants to whoever reads them. */
  readonly outputs?: readonly number[];
  /** One entry for each input; missing entries are zero. */
  cotangents(c: VjpContext): readonly Cotangent[];
}

export function refuse(node: Node, why: string): never {
  throw new UnsupportedModel(
    `Node "${node.name}" (${node.type}) has no gradient here: ${why}. Export the model without it, or inspect attention only.`,
  );
}

/** The rank of a value that a rule cannot do without. */
export function rankOf(node: Node, value: Value): number {
  return value.rank ?? refuse(node, `the number of axes of "${value.name}" cannot be told from the file`);
}

/** An axis counted from the end (−1 is the last), which stays right when a leading axis is added. */
export function axisFromEnd(node: Node, value: Value, axis: number): number {
  return axis < 0 ? axis : axis - rankOf(node, value);
}
