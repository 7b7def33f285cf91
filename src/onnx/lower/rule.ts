import { UnsupportedModel } from '../../shared/errors';
import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';

/** What a rule sees of the fused node that it takes apart. */
export interface LoweringContext {
  readonly g: Builder;
  readonly node: Node;
  /** The node's inputs; undefined where an optional input is left out. */
  readonly x: readonly (Value | undefined)[];
}

/** A fused operator as primitive ones, with the runtime's own meaning. */
export interface Lowering {
  /** `Attention`, or `com.microsoft:Attention`. */
  readonly op: string;
  /** One value for each output; undefined for one that the rule does not make, which nobody may then read. */
  lower(c: LoweringContext): readonly (Value | undefined)[];
}

export function refuse(node: Node, why: string): never {
  throw new UnsupportedModel(
    `Node "${node.name}" (${node.type}) cannot be taken apart into plain operators: ${why}. Export the model unfused (in transformers: attn_implementation="eager").`,
  );
}

/** An input that the operator cannot do without. */
export function input({ node, x }: LoweringContext, index: number): Value {
  return x[index] ?? refuse(node, `its input number ${index} is missing`);
}

export function rankOf(node: Node, value: Value): number {
  return value.rank ?? refuse(node, `the number of axes of "${value.name}" cannot be told from the file`);
}

/** A positive attribute that the operator cannot do without. */
export function count(node: Node, name: string): number {
  const n = node.int(name, 0);
  return n > 0 ? n : refuse(node, `its attribute ${name} is missing or not positive`);
}
