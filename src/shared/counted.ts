import type { PromptExplanation, TowerShape } from './explanation';

/** What the positions of a prompt are known by. */
export type PromptPositions = Pick<PromptExplanation, 'tokens' | 'readOut'>;

/** The positions of a tower that a map or a list of word scores shows: the patches, or the prompt's tokens that are not special. */
export const countedPositions = (
  { prefix, tokens, readOut }: Pick<TowerShape, 'prefix' | 'tokens' | 'readOut'>,
  prompt: PromptPositions,
): number[] =>
  readOut === 'prompt'
    ? prompt.tokens.flatMap(({ special }, i) => (special ? [] : [i]))
    : Array.from({ length: tokens - prefix }, (_, i) => prefix + i);

/**
 * How many leading positions of the text tower belong to a prompt: its tokens, and whatever padding lies before the row that is
 * read (SigLIP reads the last position of a fixed number). Heads of the text tower are cut to these.
 */
export const promptLength = ({ tokens, readOut }: PromptPositions): number => Math.max(tokens.length, readOut + 1);
