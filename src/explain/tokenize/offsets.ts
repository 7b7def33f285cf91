import type { Tokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { addedTokens } from './added-tokens';
import { alignedText, stringOf, type AlignedText } from './aligned-text';
import { spaceCharacter } from './byte-level';
import { normalizer } from './normalize';
import { piecesOf } from './pieces';
import { preTokenizer } from './pre-tokenize';

/** Where a token lies in its text: UTF-16 units, `end` excluded. */
export interface TokenOffset {
  readonly start: number;
  readonly end: number;
}

/** A token of a text, before special ones are added. */
export interface PlacedToken extends TokenOffset {
  readonly id: number;
  /** The text has one of the tokenizer's added tokens here, as it is written: "[MASK]". */
  readonly added: boolean;
}

/** The tokens of a text without special ones added, each with its place in the text. Never throws. */
export type PlaceTokens = (text: string) => readonly PlacedToken[];

const file = v.object({
  normalizer: v.optional(v.unknown()),
  pre_tokenizer: v.optional(v.unknown()),
  post_processor: v.optional(v.unknown()),
});

/**
 * A tokenizer.json's way from text to tokens, with offsets as Hugging Face's fast tokenizers (Rust) give them in characters. @huggingface/tokenizers (JavaScript) gives none, so
 * that its normalisers and pre-tokenizers are done over here, on text that remembers where it came from; its vocabularies and merges are used as they
 * are. Throws ValiError for a damaged file, Error for a kind of normaliser or pre-tokenizer that is not known.
 *
 * What offsets mean differs by family:
 * - WordPiece (BERT): a piece has the letters it was made of, as they stand in the text; an unknown word is one token with all of it. What the
 *   normaliser drops (accents, control characters) belongs to no token at a token's edge, and to the token around it within one.
 * - Byte-level BPE (GPT-2, RoBERTa, ModernBERT, CLIP): pieces of one character all have the whole of it. "Ġdog" begins at its space, unless the
 *   post-processor trims offsets (RoBERTa), where it begins at the d.
 * - Metaspace (T5, XLM-R, ALBERT): "▁dog" begins at its space; a "▁" that was put before the text shares the first character's place.
 */
export function tokenPlacer(json: unknown, hf: Tokenizer): PlaceTokens {
  const { normalizer: normal, pre_tokenizer, post_processor } = v.parse(file, json);
  const normalize = normalizer(normal);
  const split = preTokenizer(pre_tokenizer);
  const findWritten = addedTokens(hf, false, normalize);
  const findNormalized = addedTokens(hf, true, normalize);
  const cut = piecesOf(hf);
  const trim = offsetTrim(post_processor);

  const plainTokens = (text: AlignedText): NamedToken[] =>
    cut(text.chars).map(({ id, from, to }) => ({
      id,
      added: false,
      value: hf.id_to_token(id) ?? '',
      start: text.starts[from] ?? 0,
      end: text.ends[to - 1] ?? 0,
    }));
  const addedToken = (text: AlignedText, id: number): NamedToken => ({
    id,
    added: true,
    value: stringOf(text),
    start: text.starts[0]!,
    end: text.ends.at(-1)!,
  });

  return (text) => {
    const tokens = findWritten(alignedText(text)).flatMap((part) => {
      if (part.id !== null) return [addedToken(part.text, part.id)];
      return findNormalized(normalize(part.text)).flatMap((inner) =>
        inner.id !== null ? [addedToken(inner.text, inner.id)] : split(inner.text).flatMap(plainTokens),
      );
    });
    return tokens.map((token, i) => {
      const { id, added, start, end } = trim(token, i, text);
      return { id, added, start, end };
    });
  };
}

interface NamedToken extends PlacedToken {
  /** As the vocabulary writes it, or, of an added token, as the text does. */
  readonly value: string;
}

const processor = v.object({
  type: v.string(),
  trim_offsets: v.optional(v.boolean(), false),
  add_prefix_space: v.optional(v.boolean(), true),
  processors: v.optional(v.array(v.unknown()), []),
});

type Trim = (token: NamedToken, index: number, text: string) => NamedToken;

/** The post-processors of GPT-2 and RoBERTa take the white space at a token's ends out of its offsets, where they are told to. */
function offsetTrim(json: unknown): Trim {
  const parsed = v.safeParse(processor, json);
  if (!parsed.success) return (token) => token;
  const { type, trim_offsets, add_prefix_space, processors } = parsed.output;
  if (type === 'Sequence') {
    const stages = processors.map(offsetTrim);
    return (token, index, text) => stages.reduce((t, trim) => trim(t, index, text), token);
  }
  if (!trim_offsets || (type !== 'ByteLevel' && type !== 'RobertaProcessing')) return (token) => token;
  return (token, index, text) => {
    const { value, start, end } = token;
    const leading = leadingSpaces.exec(value)![0].length;
    const trailing = trailingSpaces.exec(value)![0].length;
    // The one space that was put before the text is no character of it.
    const prefixed = (index === 0 || start === 0) && add_prefix_space && leading === 1;
    const from = prefixed ? start : Math.min(moved(text, start, leading), end);
    return { ...token, start: from, end: Math.max(moved(text, end, -trailing), from) };
  };
}

const leadingSpaces = new RegExp(`^[${spaceCharacter}\\p{White_Space}]*`, 'u');
const trailingSpaces = new RegExp(`[${spaceCharacter}\\p{White_Space}]*$`, 'u');

/** The place so many characters before (negative) or behind a place in a text. */
function moved(text: string, place: number, by: number): number {
  let at = place;
  for (let n = 0; n < by; n++) at += isPair(text, at) ? 2 : 1;
  for (let n = 0; n > by; n--) at -= isPair(text, at - 2) ? 2 : 1;
  return Math.max(0, at);
}

const isPair = (text: string, at: number): boolean => (text.codePointAt(at) ?? 0) > 0xffff;
