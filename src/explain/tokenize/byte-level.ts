/** GPT-2's bytes_to_unicode: printable bytes stand for themselves, the rest for the characters from U+0100 on. */
const characters: readonly string[] = (() => {
  const printable = (b: number): boolean => (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
  let next = 0x100;
  return Array.from({ length: 256 }, (_, b) => String.fromCodePoint(printable(b) ? b : next++));
})();

const bytes: ReadonlyMap<string, number> = new Map(characters.map((c, b) => [c, b]));

const encoder = new TextEncoder();

/** The character that stands for a space: "Ġ". */
export const spaceCharacter = characters[0x20]!;

/** The printable characters that stand for a text's UTF-8 bytes, one each. */
export const byteCharacters = (text: string): string =>
  Array.from(encoder.encode(text), (b) => characters[b]!).join('');

/** The byte that a character stands for; undefined: none. */
export const byteOfCharacter = (character: string): number | undefined => bytes.get(character);
