import type { TextOutline, TextToken } from '../../shared/text/explanation';
import type { LitInDocument } from '../../shared/text/panel-protocol';
import type { Span } from './span';

type Tokens = Omit<LitInDocument, 'item'>;
type Explained = Pick<TextOutline, 'sequences'>;

const placed = ({ start, end }: TextToken): Span | null => (start === null || end === null ? null : { start, end });

/** Where tokens stand in one of the texts, each stretch once; those of the other text and special ones stand nowhere. */
export function placesOf({ sequences }: Explained, { sequence, tokens }: Tokens, source: number): readonly Span[] {
  const all = sequences[sequence]?.tokens ?? [];
  const spans = new Map<string, Span>();
  for (const index of tokens) {
    const token = all[index];
    const span = token && token.source === source ? placed(token) : null;
    if (span && span.end > span.start) spans.set(`${span.start} ${span.end}`, span);
  }
  return [...spans.values()];
}

/**
 * The tokens of one of the texts that a selection touches, or that a caret (an empty selection) stands in; between two, the one behind it. Of the
 * sequences that read this text, the first that has some.
 */
export function tokensAt({ sequences }: Explained, source: number, { start, end }: Span): Tokens {
  const touching = (test: (span: Span) => boolean, tokens: readonly TextToken[]): number[] =>
    tokens.flatMap((token, index) => {
      const span = token.source === source ? placed(token) : null;
      return span && test(span) ? [index] : [];
    });
  for (const [sequence, { tokens }] of sequences.entries()) {
    const found =
      end > start
        ? touching((span) => span.start < end && span.end > start, tokens)
        : (nonEmpty(touching((span) => span.start <= start && start < span.end, tokens)) ??
          touching((span) => span.end === start, tokens));
    if (found.length > 0) return { sequence, tokens: found };
  }
  return { sequence: 0, tokens: [] };
}

const nonEmpty = (list: number[]): number[] | null => (list.length > 0 ? list : null);
