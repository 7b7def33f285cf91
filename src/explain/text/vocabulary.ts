import { UsageError } from '../../shared/errors';
import { displayTexts } from '../tokenize/display';
import type { TextTokenizer } from '../tokenize/tokenizer';

/**
 * The token that a word is, as it stands within a text where the vocabulary tells that apart ("Ġfox", "▁fox").
 * @throws UsageError for a word of several tokens, or of none
 */
export function wordId({ hf, special }: TextTokenizer, word: string): number {
  const readings = [` ${word}`, word].map((text) => hf.encode(text, { add_special_tokens: false }).ids);
  const known = readings.find((ids) => ids.length === 1)?.[0] ?? hf.token_to_id(word);
  if (known !== undefined && (!special.has(known) || special.get(known) === word)) return known;
  const count = readings[1].length;
  throw new UsageError(
    `"${word}" is not one token of this model${count > 1 ? `, but ${count}` : ''}. Choose a word that its vocabulary has.`,
  );
}

/** What `wordId` finds a token by: as a person reads it, or, where that is another token, as the vocabulary writes it. */
export function nameOfWord(tokenizer: TextTokenizer, id: number): string {
  const word = wordOf(tokenizer, id);
  try {
    if (wordId(tokenizer, word) === id) return word;
  } catch {
    // Its name is no word.
  }
  return tokenizer.hf.id_to_token(id) ?? word;
}

/** A token as a person reads it. */
export function wordOf({ hf, style, special }: TextTokenizer, id: number): string {
  const piece = hf.id_to_token(id) ?? String(id);
  return displayTexts([piece], style, () => special.has(id))[0] ?? piece;
}
