import type { Node, Value } from '../graph/graph';

/** One attention as it stands in the graph. */
export interface Site {
  readonly softmax: Node;
  /** A, after guards and dropout: [batch, heads, queries, keys], [batch·heads, queries, keys] or [batch, groups, heads/group, queries, keys]. */
  readonly probabilities: Value;
  /** The product A·V, before heads are merged. */
  readonly context: Value;
  /** The operands of the scores' product Q·Kᵀ. */
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  /** Known from the file for probabilities of rank 3, where heads and batch share an axis; else undefined: the axis tells. */
  readonly mergedHeads: number | undefined;
}

export type AttentionKind = 'self' | 'cross' | 'co';

/** An attention with its place in the model. Layers are counted from 0 within a stack and kind. */
export interface Attention extends Site {
  readonly index: number;
  readonly stack: string;
  readonly layer: number;
  readonly kind: AttentionKind;
}
