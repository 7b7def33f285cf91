import type { Tower } from './explanation';
import type { FloatTensor } from './tensor';

/** What is fetched of single heads, when somebody looks at them. Queries and keys: T of the tower, or a prompt's own positions. */

/** One layer of a tower. In the vision tower layer `layers` is the pooling head, where there is one, with a single query. */
export interface LayerOfHeads {
  readonly tower: Tower;
  readonly layer: number;
  /** Whose logit ∇A is taken of; in the text tower also whose attention. */
  readonly prompt: number;
}

/** Whether ∇A is wanted beside A: it is as large, and seldom looked at. */
export interface GradientChoice {
  readonly gradient: boolean;
}

/**
 * A and, where it was asked for, ∇A of one layer: [heads, queries, keys]. In the text tower both sides are the first `promptLength` positions, so that positions are
 * tokens: those of the prompt, and the padding before the row that is read, where there is some (SigLIP).
 */
export interface HeadTensors {
  readonly attention: FloatTensor;
  readonly gradient: FloatTensor | null;
}

export type HeadQuantity = 'attention' | 'gradient' | 'product';

/** For the model view: every head of a tower, made small. */
export interface HeadThumbnails {
  /**
   * [layers, heads, rows, columns]: blocks of queries and keys by the entry of the largest magnitude, so that a diagonal stays visible; as many
   * as there are queries and keys, at most 48. A pooling head is not among them.
   */
  readonly matrices: FloatTensor;
  /**
   * The read-out row over the patches or the prompt's positions: [layers, heads, patches]. Behind a pooling head a block's rows are weighed by
   * the head's mean attention, as in the method 'raw'.
   */
  readonly rows: FloatTensor;
}

export interface ThumbnailChoice {
  readonly tower: Tower;
  readonly prompt: number;
  readonly quantity: HeadQuantity;
}

/**
 * One number for each head of a tower, [layers, heads]; K: prompts. In the text tower all of them are of one prompt each, and the queries are
 * its own tokens and the row that is read, not the padding between.
 */
export interface HeadStatistics {
  /** Mean over queries of −Σ a·ln a, in nats. Vision [1, layers, heads], text [K, layers, heads]. */
  readonly entropy: FloatTensor;
  /**
   * Mean over queries of Σ a·distance: in patches (Euclidean, on the grid), in tokens for text; CLS and the start token are left out on both
   * sides. NaN where nothing else is left.
   */
  readonly distance: FloatTensor;
  /**
   * Mean over queries of the attention to the first token that they attend to: CLS, or the start token; of cross-attention the encoder's first.
   * NaN where a tower or a prompt has none.
   */
  readonly sink: FloatTensor;
  /**
   * [K, layers, heads]: how much of the prompt's relevance comes in by this head, over all layers. v·relu(∇A ⊙ A)/heads, summed over the
   * patches or words, where v is the read-out row as the layers above have left it, divided by the sum over the tower. The shares of a tower
   * sum to 1, together with its pooling head's, which are not among them; or are all 0.
   */
  readonly relevance: FloatTensor;
}

export type Statistics = Readonly<Record<Tower, HeadStatistics>>;
