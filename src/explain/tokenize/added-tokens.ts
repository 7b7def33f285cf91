import type { AddedToken, Tokenizer } from '@huggingface/tokenizers';
import { alignedText, matches, slice, stringOf, type Aligned, type AlignedText } from './aligned-text';
import { escapePattern } from './escape-pattern';

/** A part of a text, and the added token ("[MASK]", "<|endoftext|>") that it is, if any. */
export interface Part {
  readonly text: AlignedText;
  readonly id: number | null;
}

export type FindAdded = (text: AlignedText) => readonly Part[];

/** Finds a tokenizer's added tokens in a text before (`normalized` false) or after it was normalised, leftmost and longest first. */
export function addedTokens(hf: Tokenizer, normalized: boolean, normalize: Aligned): FindAdded {
  const tokens = new Map<string, AddedToken>();
  for (const token of hf.get_added_tokens_decoder().values()) {
    if (token.normalized !== normalized) continue;
    const written = normalized ? stringOf(normalize(alignedText(token.content))) : token.content;
    if (written !== '') tokens.set(written, token);
  }
  if (tokens.size === 0) return (text) => [{ text, id: null }];
  const longestFirst = [...tokens.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escapePattern).join('|'), 'gu');
  return (text) => parts(text, pattern, tokens);
}

function parts(text: AlignedText, pattern: RegExp, tokens: ReadonlyMap<string, AddedToken>): Part[] {
  const result: Part[] = [];
  let done = 0;
  for (const { from, to, match } of matches(text, pattern)) {
    const token = match ? tokens.get(text.chars.slice(from, to).join('')) : undefined;
    if (!token || (token.single_word && (isWord(text.chars[from - 1]) || isWord(text.chars[to])))) continue;
    let [start, end] = [from, to];
    if (token.lstrip) while (start > done && isSpace(text.chars[start - 1])) start--;
    if (token.rstrip) while (isSpace(text.chars[end])) end++;
    if (done < start) result.push({ text: slice(text, done, start), id: null });
    result.push({ text: slice(text, start, end), id: token.id });
    done = end;
  }
  if (done < text.chars.length) result.push({ text: slice(text, done, text.chars.length), id: null });
  return result;
}

const isWord = (char: string | undefined): boolean =>
  char !== undefined && /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u.test(char);

const isSpace = (char: string | undefined): boolean => char !== undefined && /\p{White_Space}/u.test(char);
