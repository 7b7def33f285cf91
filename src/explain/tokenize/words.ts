/**
 * A word is what the person typed between white space, as they typed it: "man's" and "hat." are one word each, and the pieces into which a
 * tokenizer splits them ("man", "'s"; "hat", ".") belong to them, punctuation included. A dash between spaces is a word of its own.
 * Scripts without spaces give one word a phrase; their tokens stay distinct in the token table.
 */
export const splitWords = (text: string): string[] => text.match(word) ?? [];

/** Unicode's white space, as in Rust; JavaScript's \S differs on U+0085 and U+FEFF. */
const word = /\P{White_Space}+/gu;

/**
 * The word's index for each token of a text (without special tokens). Tokenizers give no offsets here, so words are tokenised alone and
 * compared with the whole; where that does not add up (tokens that reach over a space), by how many tokens the text has up to each word's end.
 */
export function wordOfEach(
  text: string,
  ids: readonly number[],
  encode: (part: string) => readonly number[],
): number[] {
  const words = splitWords(text);
  // With the space before it for the tokenizers that write it into the token ("Ġdog").
  return (
    byParts(words, ids, encode) ??
    byParts(
      words.map((word, i) => (i === 0 ? word : ` ${word}`)),
      ids,
      encode,
    ) ??
    byPrefixes(text, ids.length, encode)
  );
}

function byParts(
  parts: readonly string[],
  ids: readonly number[],
  encode: (part: string) => readonly number[],
): number[] | null {
  const owners: number[] = [];
  for (const [index, part] of parts.entries()) {
    for (const id of encode(part)) {
      if (id !== ids[owners.length]) return null;
      owners.push(index);
    }
  }
  return owners.length === ids.length ? owners : null;
}

function byPrefixes(text: string, count: number, encode: (part: string) => readonly number[]): number[] {
  const owners = new Array<number>(count).fill(0);
  let done = 0;
  let last = -1; // a text of white space alone has no words
  for (const [index, match] of [...text.matchAll(word)].entries()) {
    const reached = Math.min(encode(text.slice(0, match.index + match[0].length)).length, count);
    for (; done < reached; done++) owners[done] = index;
    last = index;
  }
  return owners.fill(last, done);
}
