import { identity, product, sum, transposed, zeros, type Matrix } from './matrix';
import { relevanceMatrix } from './relevance';

/**
 * Relevance between two sets of tokens: Chefer, Gur, Wolf, "Generic Attention-model Explainability" (ICCV 2021), eqs. 6–11.
 * s attends q. All right-hand sides use the old values, so every rule takes matrices and returns new ones.
 */

/** What is known of s: R^ss [s, s] and R^sq [s, q]. */
export interface Relevances {
  readonly own: Matrix;
  readonly other: Matrix;
}

/** Nothing has been attended yet: R^ss = I, R^sq = 0. */
export const unrelated = (own: number, other: number): Relevances => ({ own: identity(own), other: zeros(own, other) });

/** R̄: the rows of R − I divided by their sums, plus I (eqs. 8–9). A zero row keeps I, so that nothing becomes NaN. */
export function normalised(R: Matrix): Matrix {
  const n = R.columns;
  const data = Float64Array.from(R.data);
  for (let m = 0; m < R.rows; m++) {
    const at = m * n;
    data[at + m]! -= 1;
    let total = 0;
    for (let k = 0; k < n; k++) total += data[at + k]!;
    if (total !== 0) for (let k = 0; k < n; k++) data[at + k]! /= total;
    data[at + m]! += 1;
  }
  return { ...R, data };
}

/** Self-attention in s: R^ss ← R^ss + Ā·R^ss and R^sq ← R^sq + Ā·R^sq (eqs. 6–7). Ā: [s, s]. */
export const attendSelf = (Ā: Matrix, { own, other }: Relevances): Relevances => ({
  own: sum(own, product(Ā, own)),
  other: sum(other, product(Ā, other)),
});

/** s attends q, which does not attend s: R^sq ← R^sq + (R̄^ss)ᵀ·Ā·R̄^qq (eq. 10). Ā: [s, q]. */
const attendCross = (Ā: Matrix, s: Relevances, Rqq: Matrix): Relevances => ({
  own: s.own,
  other: sum(s.other, product(product(transposed(normalised(s.own)), Ā), normalised(Rqq))),
});

/** s attends q, which attends s too: also R^ss ← R^ss + Ā·R^qs (eq. 11). Ā: [s, q]. */
export const attendMutually = (Ā: Matrix, s: Relevances, q: Relevances): Relevances => ({
  own: sum(s.own, product(Ā, q.other)),
  other: attendCross(Ā, s, q.own).other,
});

export interface DecoderLayer {
  /** Ā of the decoder's self-attention, [q, q]. */
  readonly self: Matrix;
  /** Ā of the decoder's attention to the encoder, [q, i]. */
  readonly cross: Matrix;
}

/**
 * DETR, BART, T5: the encoder by itself, then self and cross of each decoder layer.
 *
 * @returns R_qq in `own`, R_qi in `other`; read the row of the explained query or output token
 */
export function encoderDecoder(encoder: readonly Matrix[], decoder: readonly DecoderLayer[]): Relevances {
  const Rii = relevanceMatrix(encoder);
  const [{ cross }] = decoder as readonly [DecoderLayer];
  return decoder.reduce(
    (q, layer) => attendCross(layer.cross, attendSelf(layer.self, q), Rii),
    unrelated(cross.rows, cross.columns),
  );
}

/** A cross layer of LXMERT; the vision side is absent in the last one, which reaches no output. */
export interface CoAttentionLayer {
  readonly textFromVision: Matrix;
  readonly textSelf: Matrix;
  readonly vision: { readonly fromText: Matrix; readonly self: Matrix } | null;
}

/**
 * LXMERT in the authors' order: language alone, image alone, then each cross layer (both directions from the old matrices, then
 * both self-attentions).
 *
 * @returns R_tt with [0, 0] set to 0 in `own`, R_ti in `other`; read row 0
 */
export function coAttention(
  text: readonly Matrix[],
  vision: readonly Matrix[],
  cross: readonly CoAttentionLayer[],
): Relevances {
  const [{ textFromVision }] = cross as readonly [CoAttentionLayer];
  const { rows: words, columns: regions } = textFromVision;
  let t = text.reduce((state, Ā) => attendSelf(Ā, state), unrelated(words, regions));
  let i = vision.reduce((state, Ā) => attendSelf(Ā, state), unrelated(regions, words));
  for (const layer of cross) {
    const before = t;
    t = attendSelf(layer.textSelf, attendMutually(layer.textFromVision, before, i));
    if (layer.vision) i = attendSelf(layer.vision.self, attendMutually(layer.vision.fromText, i, before));
  }
  const own = Float64Array.from(t.own.data);
  own[0] = 0; // The [CLS] token's relevance to itself is the I that R starts from.
  return { own: { ...t.own, data: own }, other: t.other };
}
