import { saliencyScores } from '../../explain/report/text-json';
import { readRows, saliencyNoise } from '../../shared/text/read-rows';
import { cutText, integratedSentence, saliencySentences } from '../../shared/text/wording';
import type { ExplainedText } from '../explain-text';

/** What a language model is told of a text: few numbers, named, and in words what they mean and what they do not. */
export interface TextToolAnswer {
  readonly model: { readonly name: string; readonly about: string; readonly layers: number; readonly heads: number };
  readonly target: { readonly name: string; readonly label: string; readonly value: number };
  readonly method: string;
  readonly tokens: readonly ToolToken[];
  /** What an encoder-decoder's decoder has said so far. */
  readonly decoderTokens?: readonly ToolToken[];
  readonly notes: readonly string[];
}

interface ToolToken {
  readonly token: string;
  /** null where the target does not depend on it. */
  readonly saliency: number | null;
  /** Share of the relevance among these tokens; null where no attention leads to them. */
  readonly relevance: number | null;
}

export function textToolAnswer({ explained, method, integrated }: ExplainedText): TextToolAnswer {
  const { model, target, sequences, attentions, warnings } = explained;
  const read = sequences.length - 1;
  const { layers = 0, heads = 0 } = attentions.find(({ queries, keys }) => queries === read && keys === read) ?? {};
  const relevance = readRows(explained);
  const tokens = sequences.map((sequence, s) => {
    const scores = saliencyScores(explained, s, method, integrated);
    const row = relevance[s];
    const total = row?.reduce((sum, value) => sum + value, 0) || 1;
    return sequence.tokens.map(({ text }, i) => ({
      token: text,
      saliency: scores ? short(scores[i]!) : null,
      relevance: row ? short(row[i]! / total) : null,
    }));
  });
  const { tokens: own, readOut } = sequences[read]!;
  return {
    model: { name: model.name, about: model.about, layers, heads },
    target: { name: target.text, label: target.label, value: short(target.value) },
    method,
    tokens: tokens[0]!,
    ...(read > 0 && { decoderTokens: tokens[read]! }),
    notes: [
      saliencyNoise(sequences[0]!.saliency, method) ?? saliencySentences[method],
      `Relevance is of the row of “${own[readOut]!.text}” over all layers, as shares that sum to 1.`,
      ...(integrated ? [integratedSentence(integrated)] : []),
      ...sequences.flatMap((sequence) => cutText(sequence) ?? []),
      ...warnings,
    ],
  };
}

/** Four digits are what a language model can use. */
const short = (value: number): number => Number(value.toPrecision(4));
