import type { Heads } from './heads';
import type { FloatTensor } from './tensor';

/** What the positions of an attention are, for statistics of its heads. */
export interface Positions {
  /** Rows that are averaged over. */
  readonly queries: readonly number[];
  /** Leading tokens that are no patches or words (CLS, registers, the start token): distances leave them out on both sides. */
  readonly prefix: number;
  /** Whether the first token is a CLS or a start token, whose share counts as a sink. */
  readonly sink: boolean;
  /** Of a grid of patches, its columns; null: tokens in a line. */
  readonly columns: number | null;
}

/** One number for each head of a layer; see HeadStatistics. */
export interface AttentionStatistics {
  readonly entropy: Float64Array;
  readonly distance: Float64Array;
  readonly sink: Float64Array;
}

/**
 * Entropy in nats, mean attended distance (Dosovitskiy et al., "An Image is Worth 16×16 Words", 2021, fig. 7: Σ a·distance, CLS left
 * out) in patches or tokens, and the share of the first token: each a mean over queries.
 * NaN where there is no such token, or no other.
 *
 * @param attention [heads, queries, keys]
 */
export function attentionStatistics({ dims, data }: FloatTensor, positions: Positions): AttentionStatistics {
  const [heads, queries, keys] = dims as readonly [number, number, number];
  const { prefix, sink } = positions;
  const words = positions.queries.filter((i) => i >= prefix);
  const entropy = new Float64Array(heads);
  const distance = new Float64Array(heads).fill(words.length > 0 ? 0 : NaN);
  const first = new Float64Array(heads).fill(sink ? 0 : NaN);
  for (const i of positions.queries) {
    const away = i >= prefix ? distancesFrom(i, keys, positions) : null;
    for (let h = 0; h < heads; h++) {
      const at = (h * queries + i) * keys;
      entropy[h]! += entropyOf(data, at, keys) / positions.queries.length;
      first[h]! += data[at]! / positions.queries.length;
      if (away) distance[h]! += attended(data, at, away, prefix) / words.length;
    }
  }
  return { entropy, distance, sink: first };
}

/** −Σ a·ln a of `count` values from `at`, with 0·ln 0 = 0. */
function entropyOf(data: Float32Array, at: number, count: number): number {
  let entropy = 0;
  for (let i = at; i < at + count; i++) if (data[i]! > 0) entropy -= data[i]! * Math.log(data[i]!);
  return entropy;
}

/** Σ a·distance of the row from `at`, without its prefix. */
function attended(data: Float32Array, at: number, away: Float64Array, prefix: number): number {
  let distance = 0;
  for (let j = prefix; j < away.length; j++) distance += data[at + j]! * away[j]!;
  return distance;
}

/** From position i to every key: Euclidean between patches of the grid, or along the line. */
function distancesFrom(i: number, keys: number, { prefix, columns }: Positions): Float64Array {
  const away = new Float64Array(keys);
  if (columns === null) {
    for (let j = 0; j < keys; j++) away[j] = Math.abs(j - i);
    return away;
  }
  const y = Math.floor((i - prefix) / columns);
  const x = (i - prefix) % columns;
  for (let j = 0; j < keys; j++) {
    const row = Math.floor((j - prefix) / columns) - y;
    const column = ((j - prefix) % columns) - x;
    // Math.hypot guards against overflow, and takes ten times as long.
    away[j] = Math.sqrt(row * row + column * column);
  }
  return away;
}

/** What a layer adds to the read-out row. */
export interface LayerRelevance {
  /** Of each head, summed over the counted positions. */
  readonly heads: Float64Array;
  /** v·Ā [keys]: of all heads, at every position. */
  readonly added: Float64Array;
}

/**
 * v·relu(∇A ⊙ A)/heads of every head: the step of `relevanceRow`, v + v·Ā, told apart by head.
 *
 * @param v [queries]: the read-out row as the layers above have left it
 * @param counted positions of the patches or words
 */
export function layerRelevance(
  { heads, queries, keys, attention, gradient }: Heads,
  v: ArrayLike<number>,
  counted: readonly number[],
): LayerRelevance {
  const added = new Float64Array(keys);
  const shares = Float64Array.from({ length: heads }, (_, h) => {
    const own = new Float64Array(keys);
    for (let i = 0; i < queries; i++) {
      const weight = v[i]! / heads;
      // One-hot at first, and zero for ever where tokens attend backwards alone.
      if (weight === 0) continue;
      for (let j = 0, at = (h * queries + i) * keys; j < keys; j++, at++) {
        const product = attention[at]! * gradient[at]!;
        if (product > 0) own[j]! += weight * product;
      }
    }
    for (let j = 0; j < keys; j++) added[j]! += own[j]!;
    return counted.reduce((sum, j) => sum + own[j]!, 0);
  });
  return { heads: shares, added };
}
