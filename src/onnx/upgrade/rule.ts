import type { Builder } from '../graph/builder';
import type { Node } from '../graph/graph';

/** What changed in some operators, and how to say the old thing in opset 18. */
export interface Upgrade {
  readonly ops: readonly string[];
  /** First opset in which the new form holds. */
  readonly until: number;
  /** Changes the node in place. Nodes that must come before it are written with `g`; those that must follow it are returned. */
  upgrade(node: Node, g: Builder): readonly Node[] | void;
}

export const without = ({ attributes }: Node, ...names: readonly string[]) =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
