import { SplitPreTokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { expand, matches, prepend, replace, slice, type AlignedText, type Stretch } from './aligned-text';
import { byteCharacters } from './byte-level';
import { escapePattern } from './escape-pattern';

/** The parts of a text that a model's vocabulary is applied to, one by one; none is empty. */
export type PreTokenize = (text: AlignedText) => readonly AlignedText[];

type Behavior = 'removed' | 'isolated' | 'contiguous' | 'mergedWithPrevious' | 'mergedWithNext';

const stage = v.looseObject({ type: v.string() });
const sequence = v.object({ pretokenizers: v.array(v.unknown()) });
const byteLevel = v.object({
  add_prefix_space: v.optional(v.boolean(), true),
  use_regex: v.optional(v.boolean(), true),
});
const metaspace = v.object({
  replacement: v.optional(v.string(), '▁'),
  add_prefix_space: v.nullish(v.boolean()),
  prepend_scheme: v.optional(v.picklist(['always', 'first', 'never']), 'always'),
  split: v.nullish(v.boolean()),
});
const behavior = v.pipe(
  v.picklist(['Removed', 'Isolated', 'Contiguous', 'MergedWithPrevious', 'MergedWithNext']),
  v.transform((name) => (name.charAt(0).toLowerCase() + name.slice(1)) as Behavior),
);
const split = v.object({
  pattern: v.union([v.object({ String: v.string() }), v.object({ Regex: v.string() })]),
  behavior,
  invert: v.optional(v.boolean(), false),
});
const punctuation = v.object({ behavior: v.optional(behavior, 'Isolated') });
const digits = v.object({ individual_digits: v.optional(v.boolean(), false) });
const fixedLength = v.object({ length: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 5) });

/**
 * The `pre_tokenizer` of a tokenizer.json, as `tokenizers` (Rust) applies it. null: none, the text stays whole. Throws ValiError for a
 * damaged one, Error for a type that is not known.
 */
export function preTokenizer(json: unknown): PreTokenize {
  if (json == null) return whole;
  const { type } = v.parse(stage, json);
  switch (type) {
    case 'Sequence': {
      const stages = v.parse(sequence, json).pretokenizers.map(preTokenizer);
      return (text) => stages.reduce((parts, apply) => parts.flatMap(apply), whole(text));
    }
    case 'BertPreTokenizer':
      return (text) => splitBy(text, space, 'removed').flatMap((word) => splitBy(word, bertPunctuation, 'isolated'));
    case 'ByteLevel': {
      const { add_prefix_space, use_regex } = v.parse(byteLevel, json);
      return (text) => {
        const prefixed = add_prefix_space && text.chars[0] !== ' ' ? prepend(text, ' ') : text;
        const parts = use_regex ? splitBy(prefixed, gpt2, 'isolated') : whole(prefixed);
        return parts.map((part) => expand(part, byteCharacters));
      };
    }
    case 'Metaspace':
      return metaspaceSplit(v.parse(metaspace, json));
    case 'Split': {
      const { pattern, behavior: how, invert } = v.parse(split, json);
      const found = new SplitPreTokenizer({ type, pattern, behavior: 'Isolated', invert: true }).pattern;
      return found ? (text) => splitBy(text, found, how, invert) : whole;
    }
    case 'Punctuation': {
      const { behavior: how } = v.parse(punctuation, json);
      return (text) => splitBy(text, bertPunctuation, how);
    }
    case 'Digits': {
      const { individual_digits } = v.parse(digits, json);
      return (text) => splitBy(text, /\p{N}/gu, individual_digits ? 'isolated' : 'contiguous');
    }
    case 'Whitespace':
      return (text) => splitBy(text, wordOrSigns, 'removed', true);
    case 'WhitespaceSplit':
      return (text) => splitBy(text, space, 'removed');
    case 'FixedLength': {
      const { length } = v.parse(fixedLength, json);
      return (text) =>
        Array.from({ length: Math.ceil(text.chars.length / length) }, (_, i) =>
          slice(text, i * length, (i + 1) * length),
        );
    }
    default:
      throw new Error(`Unknown PreTokenizer type: ${type}`);
  }
}

const whole: PreTokenize = (text) => (text.chars.length > 0 ? [text] : []);

/** Unicode's white space, as in Rust and Oniguruma; JavaScript's \s differs on U+0085 and U+FEFF. */
const space = /\p{White_Space}/gu;

const bertPunctuation = /[\p{P}!-/:-@[-`{-~]/gu;

const gpt2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** \w+|[^\w\s]+ of Rust's regex. */
const wordOrSigns =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;

function metaspaceSplit(options: v.InferOutput<typeof metaspace>): PreTokenize {
  const { replacement } = options;
  const scheme = options.add_prefix_space === false ? 'never' : options.prepend_scheme;
  const delimiter = new RegExp(escapePattern(replacement), 'gu');
  return (text) => {
    const replaced = replace(text, / /gu, replacement);
    // 'first': the part that begins where the original does
    const wanted = scheme === 'always' || (scheme === 'first' && text.starts[0] === 0);
    const prefixed = wanted && replaced.chars[0] !== replacement ? prepend(replaced, replacement) : replaced;
    return options.split === false ? whole(prefixed) : splitBy(prefixed, delimiter, 'mergedWithNext');
  };
}

/** NormalizedString::split: what happens to the stretches that match is the behaviour's. `invert`: those that do not match. */
function splitBy(text: AlignedText, pattern: RegExp, how: Behavior, invert = false): AlignedText[] {
  const found = matches(text, pattern).map((s) => (invert ? { ...s, match: !s.match } : s));
  const kept = how === 'removed' ? found.filter((s) => !s.match) : how === 'isolated' ? found : merged(found, how);
  return kept.filter(({ from, to }) => from < to).map(({ from, to }) => slice(text, from, to));
}

function merged(found: readonly Stretch[], how: 'contiguous' | 'mergedWithPrevious' | 'mergedWithNext'): Stretch[] {
  const forwards = how !== 'mergedWithNext';
  const result: Stretch[] = [];
  let previous = false;
  for (const stretch of forwards ? found : found.toReversed()) {
    const last = result.at(-1);
    const joins = how === 'contiguous' ? stretch.match === previous : stretch.match && !previous;
    if (joins && last)
      result[result.length - 1] = forwards ? { ...last, to: stretch.to } : { ...last, from: stretch.from };
    else result.push(stretch);
    previous = stretch.match;
  }
  return forwards ? result : result.reverse();
}
