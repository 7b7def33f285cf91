import { ReplaceNormalizer } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { expand, prepend, replace, slice, type Aligned } from './aligned-text';
import { charsmapNormalizer } from './charsmap';
import { unicodeForm } from './unicode-forms';

const stage = v.looseObject({ type: v.string() });
const sequence = v.object({ normalizers: v.array(v.unknown()) });
const bert = v.object({
  clean_text: v.optional(v.boolean(), true),
  handle_chinese_chars: v.optional(v.boolean(), true),
  strip_accents: v.nullish(v.boolean()),
  lowercase: v.optional(v.boolean(), true),
});
const strip = v.object({ strip_left: v.optional(v.boolean(), true), strip_right: v.optional(v.boolean(), true) });
const prefix = v.object({ prepend: v.string() });
const charsmap = v.object({ precompiled_charsmap: v.nullish(v.string()) });
const replacement = v.object({
  pattern: v.union([v.object({ String: v.string() }), v.object({ Regex: v.string() })]),
  content: v.string(),
});

/**
 * The `normalizer` of a tokenizer.json, as `tokenizers` (Rust) applies it. null: none. Throws ValiError for a damaged one, Error for a
 * type that is not known.
 */
export function normalizer(json: unknown): Aligned {
  if (json == null) return same;
  const { type } = v.parse(stage, json);
  switch (type) {
    case 'Sequence':
      return inTurn(v.parse(sequence, json).normalizers.map(normalizer));
    case 'BertNormalizer':
      return bertNormalizer(v.parse(bert, json));
    case 'Precompiled': {
      const { precompiled_charsmap } = v.parse(charsmap, json);
      return precompiled_charsmap ? charsmapNormalizer(precompiled_charsmap) : same;
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return unicodeForm(type);
    case 'Lowercase':
      return lowercase;
    case 'StripAccents':
      return (text) => expand(text, (c) => (/\p{M}/u.test(c) ? '' : c));
    case 'Strip': {
      const { strip_left, strip_right } = v.parse(strip, json);
      return (text) => stripped(text, strip_left, strip_right);
    }
    case 'Prepend': {
      const { prepend: added } = v.parse(prefix, json);
      return (text) => prepend(text, added);
    }
    case 'Replace': {
      const { pattern, content } = v.parse(replacement, json);
      const found = new ReplaceNormalizer({ type, pattern, content }).pattern;
      return found ? (text) => replace(text, found, content) : same;
    }
    default:
      throw new Error(`Unknown Normalizer type: ${type}`);
  }
}

const same: Aligned = (text) => text;

const inTurn =
  (stages: readonly Aligned[]): Aligned =>
  (text) =>
    stages.reduce((t, apply) => apply(t), text);

/** By the character: Σ becomes σ also at a word's end. */
const lowercase: Aligned = (text) => expand(text, (c) => c.toLowerCase());

const decomposed = unicodeForm('NFD');
const stripAccents: Aligned = (text) => expand(decomposed(text), (c) => (/\p{Mn}/u.test(c) ? '' : c));

function bertNormalizer(options: v.InferOutput<typeof bert>): Aligned {
  const stages: Aligned[] = [];
  if (options.clean_text) stages.push((text) => expand(text, clean));
  if (options.handle_chinese_chars) stages.push((text) => expand(text, (c) => (chinese.test(c) ? ` ${c} ` : c)));
  if (options.strip_accents ?? options.lowercase) stages.push(stripAccents);
  if (options.lowercase) stages.push(lowercase);
  return inTurn(stages);
}

const clean = (c: string): string => {
  if (/[\t\n\r]/.test(c)) return ' ';
  if (c === '\ufffd' || /[\p{Cc}\p{Cf}\p{Co}]/u.test(c)) return '';
  return /\p{White_Space}/u.test(c) ? ' ' : c;
};

/** Ranges of BERT's own code; one of them (U+2B920) begins later than Unicode's block. */
const chinese =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/u;

function stripped(text: Parameters<Aligned>[0], left: boolean, right: boolean): ReturnType<Aligned> {
  const isSpace = (char: string): boolean => /\p{White_Space}/u.test(char);
  const from = left ? text.chars.findIndex((c) => !isSpace(c)) : 0;
  const to = right ? text.chars.findLastIndex((c) => !isSpace(c)) + 1 : text.chars.length;
  return slice(text, from < 0 ? text.chars.length : from, to);
}
