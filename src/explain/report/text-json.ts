import type { LayerRange } from '../../shared/explanation';
import type { FloatTensor } from '../../shared/tensor';
import type {
  AttentionGroup,
  ExplainedTarget,
  IntegratedGradients,
  SaliencyMethod,
  TextExplanation,
  TextTimings,
} from '../../shared/text/explanation';
import { meanIsNoise, textRelevance } from '../../shared/text/reading';

/** `text --json`. The first fields are the contract (README, "JSON"); those after `hidden` were added to it. */
export interface TextJson extends SequenceJson {
  /** The model's name. */
  readonly model: string;
  /** As `--target` takes it. */
  readonly target: string;
  readonly modelPath: string;
  readonly texts: readonly string[];
  readonly method: SaliencyMethod;
  readonly targetLabel: string;
  readonly value: number;
  /** Of the row that was read (`readOut`), in which stack. */
  readonly relevanceOf: { readonly sequence: string; readonly token: number };
  /** What an encoder-decoder's decoder has said so far, with the same fields; its relevance is of its own tokens. */
  readonly decoder?: SequenceJson;
  /** How integrated gradients were computed; absent for other methods. */
  readonly integrated?: Omit<IntegratedGradients, 'attributions'>;
  readonly quantised: boolean;
  readonly warnings: readonly string[];
  /** Milliseconds. */
  readonly timings: TextTimings;
}

interface SequenceJson {
  /** `start` and `end`: UTF-16 units in the text (`source` 0 or 1); null for special tokens. */
  readonly tokens: readonly TokenJson[];
  /** One for each token; null where the target does not depend on them. */
  readonly saliency: readonly number[] | null;
  /** Whether the mean of the gradient is rounding noise, zero by construction. Only with the method `mean`. */
  readonly saliencyIsNoise?: boolean;
  /** The row of the token that is read, over all layers. */
  readonly relevance: readonly number[];
  readonly layers: number;
  readonly heads: number;
  /** [layer][token], the embedding output first; null where the hidden states were not found. */
  readonly hidden: { readonly mean: readonly (readonly number[])[] } | null;
  /** The text was too long: so many tokens of so many were read. */
  readonly cut?: { readonly kept: number; readonly of: number };
}

interface TokenJson {
  readonly text: string;
  readonly id: number;
  readonly start: number | null;
  readonly end: number | null;
  readonly special: boolean;
  readonly source: number | null;
}

/** @param integrated for the method 'ig', else null */
export function textJson(
  explained: TextExplanation,
  method: SaliencyMethod,
  integrated: IntegratedGradients | null,
): TextJson {
  const { model, texts, target, sequences, warnings, timings } = explained;
  const read = sequences.length - 1;
  const token = sequences[read]!.readOut;
  const own = groupOf(explained, read);
  const row = textRelevance(explained, { sequence: read, token, layers: all(own) });
  const first = sequenceJson(explained, 0, method, integrated, sequences.length > 1 ? row.other : row.own);
  return {
    model: model.name,
    ...first,
    target: target.text,
    modelPath: model.path,
    texts,
    method,
    ...labelled(target),
    relevanceOf: { sequence: sequences[read]!.name, token },
    ...(sequences.length > 1 && { decoder: sequenceJson(explained, read, method, integrated, row.own) }),
    ...(integrated && { integrated: withoutAttributions(integrated) }),
    quantised: model.quantised,
    warnings,
    timings,
  };
}

const labelled = ({ label, value }: ExplainedTarget) => ({ targetLabel: label, value });

const withoutAttributions = ({ steps, value, baseline, completenessError, baselineIs }: IntegratedGradients) => ({
  steps,
  value,
  baseline,
  completenessError,
  baselineIs,
});

function sequenceJson(
  explained: TextExplanation,
  sequence: number,
  method: SaliencyMethod,
  integrated: IntegratedGradients | null,
  relevance: Float64Array | null,
): SequenceJson {
  const { tokens, hidden, cut, saliency } = explained.sequences[sequence]!;
  const { layers, heads } = groupOf(explained, sequence);
  const scores = saliencyScores(explained, sequence, method, integrated);
  return {
    tokens: tokens.map(({ text, id, start, end, special, source }) => ({ text, id, start, end, special, source })),
    saliency: scores && Array.from(scores, rounded),
    ...(method === 'mean' && saliency && { saliencyIsNoise: meanIsNoise(saliency) }),
    relevance: Array.from(relevance ?? new Float64Array(tokens.length), rounded),
    layers,
    heads,
    hidden: hidden && { mean: rows(hidden.mean) },
    ...(cut && { cut }),
  };
}

/** One number for each token of a sequence by this method; null where the target does not depend on them, or where they were not asked for. */
export function saliencyScores(
  { sequences }: Pick<TextExplanation, 'sequences'>,
  sequence: number,
  method: SaliencyMethod,
  integrated: IntegratedGradients | null,
): Float32Array | null {
  if (method === 'ig') return integrated?.attributions[sequence] ?? null;
  const saliency = sequences[sequence]?.saliency;
  return saliency ? { l2: saliency.l2, mean: saliency.mean, 'grad-x-input': saliency.gradXInput }[method] : null;
}

/** The self-attention of a sequence. */
function groupOf({ attentions }: TextExplanation, sequence: number): Pick<AttentionGroup, 'layers' | 'heads'> {
  return attentions.find(({ queries, keys }) => queries === sequence && keys === sequence) ?? { layers: 0, heads: 0 };
}

const all = ({ layers }: Pick<AttentionGroup, 'layers'>): LayerRange => ({ first: 0, last: Math.max(0, layers - 1) });

function rows({ dims, data }: FloatTensor): number[][] {
  const [count = 0, width = 0] = dims;
  return Array.from({ length: count }, (_, r) => Array.from(data.subarray(r * width, (r + 1) * width), rounded));
}

/** Seven digits: what float32 holds. */
const rounded = (value: number): number => Number(value.toPrecision(7));
