/**
 * A text on its way through normaliser and pre-tokenizer, each character with the stretch of the original that it came from: what Hugging Face's
 * `tokenizers` (Rust) keep as NormalizedString, there for UTF-8 bytes. The three lists have one entry for each character (code point).
 */
export interface AlignedText {
  readonly chars: readonly string[];
  /** Where the character's original begins, in UTF-16 units. Never falls from one character to the next. */
  readonly starts: readonly number[];
  /** Where it ends, excluded. */
  readonly ends: readonly number[];
}

/** How a character of a transformed text came to be: 0 in place of the next old one, 1 beside it (with the alignment of the old one before), −n as 0, with n old ones behind it dropped. */
export type Change = readonly [char: string, change: number];

export type Aligned = (text: AlignedText) => AlignedText;

/** Lone surrogates are U+FFFD, as UTF-8 has it. */
export function alignedText(text: string): AlignedText {
  const chars = [...text.replace(/\p{Surrogate}/gu, '\ufffd')];
  let at = 0;
  const starts = chars.map((char) => (at += char.length) - char.length);
  return { chars, starts, ends: chars.map((char, i) => starts[i]! + char.length) };
}

export const stringOf = ({ chars }: AlignedText): string => chars.join('');

export const slice = ({ chars, starts, ends }: AlignedText, from: number, to: number): AlignedText => ({
  chars: chars.slice(from, to),
  starts: starts.slice(from, to),
  ends: ends.slice(from, to),
});

/** Each character becomes the characters of a string, all with its alignment; '' drops it. */
export function expand(text: AlignedText, each: (char: string) => string): AlignedText {
  const result = builder();
  text.chars.forEach((char, i) => {
    for (const c of each(char)) result.push(c, text.starts[i]!, text.ends[i]!);
  });
  return result;
}

/** Puts `prefix` before a text that is not empty, aligned with its first character. */
export function prepend(text: AlignedText, prefix: string): AlignedText {
  if (text.chars.length === 0) return text;
  const added = [...prefix];
  return {
    chars: [...added, ...text.chars],
    starts: [...added.map(() => text.starts[0]!), ...text.starts],
    ends: [...added.map(() => text.ends[0]!), ...text.ends],
  };
}

/** The replacement of a match is aligned with the last character of the match. */
export function replace(text: AlignedText, pattern: RegExp, content: string): AlignedText {
  const result = builder();
  for (const { from, to, match } of matches(text, pattern)) {
    if (match) for (const c of content) result.push(c, text.starts[to - 1] ?? 0, text.ends[to - 1] ?? 0);
    else for (let i = from; i < to; i++) result.push(text.chars[i]!, text.starts[i]!, text.ends[i]!);
  }
  return result;
}

/** Applies `changes`, which account for every character of the text (NormalizedString::transform). */
export function transform(text: AlignedText, changes: readonly Change[]): AlignedText {
  const result = builder();
  let old = 0;
  for (const [char, change] of changes) {
    const from = change > 0 ? old - 1 : old;
    result.push(char, text.starts[from] ?? 0, text.ends[from] ?? 0);
    if (change <= 0) old += 1 - change;
  }
  return result;
}

/** A stretch of characters, `to` excluded. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly match: boolean;
}

/** The whole text, as stretches that match and such that do not. `pattern` has the flags gu. */
export function matches(text: AlignedText, pattern: RegExp): Stretch[] {
  const string = stringOf(text);
  const at = charIndices(text);
  const stretches: Stretch[] = [];
  let done = 0;
  for (const found of string.matchAll(pattern)) {
    const from = at[found.index]!;
    const to = at[found.index + found[0].length]!;
    if (done < from) stretches.push({ from: done, to: from, match: false });
    stretches.push({ from, to, match: true });
    done = to;
  }
  if (done < text.chars.length) stretches.push({ from: done, to: text.chars.length, match: false });
  return stretches;
}

/** Index of the character at each UTF-16 unit of the text's string, one past its end included. */
function charIndices({ chars }: AlignedText): Uint32Array {
  const indices = new Uint32Array(chars.reduce((n, char) => n + char.length, 0) + 1);
  let unit = 0;
  chars.forEach((char, i) => {
    for (const end = unit + char.length; unit < end; unit++) indices[unit] = i;
  });
  indices[unit] = chars.length;
  return indices;
}

interface Builder extends AlignedText {
  readonly push: (char: string, start: number, end: number) => void;
}

function builder(): Builder {
  const chars: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const push = (char: string, start: number, end: number): void => {
    chars.push(char);
    starts.push(start);
    ends.push(end);
  };
  return { chars, starts, ends, push };
}
