import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';

/** Recognises a decomposed operator at its last node. */
export interface Raise {
  /** Type of the last node of the pattern. */
  readonly last: readonly string[];
  /** The operator's value in place of the last node's output, or undefined where the pattern is not there. */
  raise(g: Builder, last: Node): Value | undefined;
}
