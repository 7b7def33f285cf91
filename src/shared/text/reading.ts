import type { LayerRange } from '../explanation';
import { entry, rowTimes, type Matrix } from '../matrix';
import { oneHot, relevanceRow, relevanceStep } from '../relevance';
import { rolloutRow } from '../rollout';
import type { FloatTensor } from '../tensor';
import type { AttentionGroup, Saliency, TextExplanation } from './explanation';

/** Which row is read, and through which layers. */
export interface RowChoice {
  /** Index into `sequences`. */
  readonly sequence: number;
  readonly token: number;
  /** Of the stack of that sequence. Below a decoder the encoder counts whole. */
  readonly layers: LayerRange;
}

/** One row of R: over the tokens of the sequence that is read, and over the encoder's where it is a decoder's. */
export interface TextRow {
  readonly own: Float64Array;
  /** [tokens of the encoder]; null: no cross-attention leads elsewhere. */
  readonly other: Float64Array | null;
}

/**
 * A row of Chefer's relevance: v ← v + v·Ā from the last layer to the first; of a decoder the rules of self- and cross-attention
 * (`encoderDecoder` of relations.ts), for one row in O(T²) a layer.
 */
export function textRelevance(explained: TextExplanation, choice: RowChoice): TextRow {
  const { self, cross, encoder, start } = partsOf(explained, choice, 'relevance');
  const own = relevanceRow(self, start);
  if (!cross) return { own, other: null };
  // R_qi = Σ_l P_l·(R̄_qq,l)ᵀ·Ā_l·R̄_ii with P_l = Π_{k>l}(I + Ā_k): of P_l one row is carried down.
  let row: Float64Array = start;
  const sum = new Float64Array(cross[0]?.columns ?? 0);
  for (let l = self.length - 1; l >= 0; l--) {
    const spread = normalisedTimes(self.slice(0, l + 1), row);
    rowTimes(spread, cross[l]!).forEach((value, i) => (sum[i]! += value));
    row = relevanceStep(row, self[l]!);
  }
  return { own, other: timesNormalised(sum, encoder) };
}

/**
 * A row of rollout: v ← v·Â with Â = (A + I) ÷ row sums. Rollout has no rule for cross-attention; as in the comparisons of Chefer, Gur and
 * Wolf the last cross-attention of the range joins the rollouts of both stacks.
 */
export function textRollout(explained: TextExplanation, choice: RowChoice): TextRow {
  const { self, cross, encoder, start } = partsOf(explained, choice, 'attention');
  const own = rolloutRow(self, start);
  const last = cross?.at(-1);
  return { own, other: last ? rolloutRow(encoder, rowTimes(own, last)) : null };
}

/**
 * Whether the mean of the gradient over the embedding is rounding noise. Where a LayerNorm follows the embeddings, its vector–Jacobian product sums
 * to zero over the normalised axis, so that the mean is zero by construction (method.md §4).
 */
export function meanIsNoise({ mean, l2 }: Saliency): boolean {
  const largest = (values: Float32Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return largest(mean) < 1e-5 * largest(l2);
}

function partsOf({ attentions, sequences }: TextExplanation, choice: RowChoice, what: 'relevance' | 'attention') {
  const { sequence, token, layers } = choice;
  const own = attentions.find(({ queries, keys }) => queries === sequence && keys === sequence);
  const cross = attentions.find(({ queries, keys }) => queries === sequence && keys !== sequence);
  const below = cross && attentions.find(({ queries, keys }) => queries === cross.keys && keys === cross.keys);
  const within = (group: AttentionGroup | undefined): readonly Matrix[] =>
    (group?.[what] ?? []).slice(layers.first, layers.last + 1).map(matrix);
  return {
    self: within(own),
    cross: cross ? within(cross) : null,
    encoder: (below?.[what] ?? []).map(matrix),
    start: oneHot(sequences[sequence]!.tokens.length, token),
  };
}

const matrix = ({ dims, data }: FloatTensor): Matrix => entry({ dims: [1, ...dims], data, dtype: 'float32' }, 0);

/** R̄·v for R of these layers, from first to last; R̄ = D⁻¹(R − I) + I, where a row of zeros keeps I. */
function normalisedTimes(layers: readonly Matrix[], v: Float64Array): Float64Array {
  const [Rv, R1] = [
    timesColumn(layers, v),
    timesColumn(
      layers,
      v.map(() => 1),
    ),
  ];
  return v.map((value, m) => value + (R1[m] === 1 ? 0 : (Rv[m]! - value) / (R1[m]! - 1)));
}

/** v·R̄ for R of these layers. */
function timesNormalised(v: Float64Array, layers: readonly Matrix[]): Float64Array {
  const R1 = timesColumn(
    layers,
    v.map(() => 1),
  );
  const scaled = v.map((value, m) => (R1[m] === 1 ? 0 : value / (R1[m]! - 1)));
  return relevanceRow(layers, scaled).map((value, i) => value - scaled[i]! + v[i]!);
}

/** R·v with R = (I + Ā_L) ⋯ (I + Ā_1). */
const timesColumn = (layers: readonly Matrix[], v: Float64Array): Float64Array =>
  layers.reduce((column, { columns, data }) => {
    const next = Float64Array.from(column);
    for (let m = 0; m < next.length; m++)
      for (let k = 0, at = m * columns; k < columns; k++, at++) next[m]! += data[at]! * column[k]!;
    return next;
  }, v);
