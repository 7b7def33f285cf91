/**
 * A word is what the person typed between white space, as they typed it: "man's" and "hat." are one word each, and the pieces into which a
 * tokenizer splits them ("man", "'s"; "hat", ".") belong to them, punctuation included. A dash between spaces is a word of its own.
 * Scripts without spaces give one word a phrase; their tokens stay distinct in the token table.
 */
export const splitWords = (text: string): string[] => text.match(word) ?? [];

/** Unicode's white space, as in Rust; JavaScript's \S differs on U+0085 and U+FEFF. */
const word = /\P{White_Space}+/gu;

/**
 * The word's index for each place in a text at which a token begins; ascending places. A token that begins with space belongs to the word behind it, one behind all words
 * to the last. −1 in a text of white space alone.
 */
export function wordOfEach(text: string, starts: readonly number[]): number[] {
  const ends = Array.from(text.matchAll(word), (match) => match.index + match[0].length);
  let at = 0;
  return starts.map((start) => {
    while (at < ends.length - 1 && ends[at]! <= start) at++;
    return ends.length === 0 ? -1 : at;
  });
}
