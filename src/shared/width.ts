/** How text lies in a terminal: columns, not characters. */

/** Made when first needed: it takes 30 ms. */
let segmenter: Intl.Segmenter | undefined;

/** East Asian Wide and Fullwidth (UAX #11), the blocks that matter. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
const emoji = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{Regional_Indicator}{2}|\ufe0f?\u20e3/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]*$/u;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

const graphemeWidth = (grapheme: string): number =>
  invisible.test(grapheme) ? 0 : wide.test(grapheme) || emoji.test(grapheme) ? 2 : 1;

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Where every letter is a column; telling letters apart takes longer than a frame for hundreds of words. */
const plain = /^[\x20-\x7e]*$/;

export const displayWidth = (text: string): number =>
  plain.test(text) ? text.length : graphemes(text).reduce((width, grapheme) => width + graphemeWidth(grapheme), 0);

/**
 * A text that cannot command the terminal or reorder its neighbours: control characters and explicit bidirectional marks become
 * visible escapes. The joiners that emoji and scripts need stay.
 */
export const printable = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu,
    (c) => named[c] ?? `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A left-to-right mark after right-to-left text keeps the numbers that follow in their column. */
export const settled = (text: string): string => (rightToLeft.test(text) ? `${text}\u200e` : text);

/** Cut with an ellipsis to at most `columns`. */
export function clipped(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let out = '';
  let width = 1;
  for (const grapheme of graphemes(text)) {
    width += graphemeWidth(grapheme);
    if (width > columns) break;
    out += grapheme;
  }
  return `${out.trimEnd()}…`;
}

const gap = (text: string, columns: number): string => ' '.repeat(Math.max(0, columns - displayWidth(text)));

export const padEnd = (text: string, columns: number): string => settled(text) + gap(text, columns);

export const padStart = (text: string, columns: number): string => gap(text, columns) + settled(text);

/** Pieces that stay whole, three spaces apart, broken into lines of at most `columns`. */
export function flowed(pieces: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const longer = lines.length > 0 ? `${lines.at(-1)!}   ${piece}` : piece;
    if (lines.length > 0 && displayWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines;
}
