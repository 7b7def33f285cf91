import type { PromptExplanation, PromptReading } from './explanation';

/** A word or token with its share of the prompt's relevance; null: it has none (start, end). */
export interface SharedText {
  readonly text: string;
  readonly share: number | null;
  /** Of the prompt's strongest, 0–1: how strongly it is shaded. */
  readonly strength: number;
}

export interface WordShare extends SharedText {
  /** Its tokens, where it has several. */
  readonly tokens: readonly SharedText[];
}

export const wordShares = ({ words, tokens }: PromptExplanation, reading: PromptReading): readonly WordShare[] => {
  const top = strongest(reading.words);
  const parts = tokenShares(tokens, reading);
  return words.map((text, i) => {
    const share = reading.words[i] ?? 0;
    const own = parts.filter((_, t) => tokens[t]!.word === i);
    return { text, share, strength: strengthOf(share, top), tokens: own };
  });
};

/** One for each token, start and end included. */
export function tokenShares(tokens: PromptExplanation['tokens'], reading: PromptReading): readonly SharedText[] {
  const top = strongest(reading.tokens);
  let at = 0;
  return tokens.map(({ text, special }) => {
    if (special) return { text, share: null, strength: 0 };
    const share = reading.tokens[at++] ?? 0;
    return { text, share, strength: strengthOf(share, top) };
  });
}

const strongest = (shares: readonly number[]): number => Math.max(0, ...shares.map((share) => Math.abs(share) || 0));

const strengthOf = (share: number, top: number): number => (top > 0 ? Math.min(1, Math.abs(share) / top) || 0 : 0);
