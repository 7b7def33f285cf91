/** How a vocabulary writes its pieces, and so what to take away to show them. */
export interface PieceStyle {
  /** Bytes written as printable characters (GPT-2, CLIP, RoBERTa): "Ġ" is a space. */
  readonly byteLevel: boolean;
  /** "</w>" at the end of a word, or ''. */
  readonly endOfWord: string;
  /** "##" at the start of a piece that continues a word, or ''. */
  readonly continuing: string;
  /** "▁" for a space. */
  readonly metaspace: boolean;
}

/** From a parsed tokenizer.json. */
export function pieceStyle(json: object): PieceStyle {
  const { model, pre_tokenizer, decoder, normalizer } = json as Record<
    string,
    Record<string, unknown> | null | undefined
  >;
  const text = JSON.stringify([pre_tokenizer, decoder, normalizer]);
  const setting = (key: string): string => (typeof model?.[key] === 'string' ? model[key] : '');
  return {
    byteLevel: text.includes('"ByteLevel"'),
    endOfWord: setting('end_of_word_suffix'),
    continuing: setting('continuing_subword_prefix'),
    metaspace: text.includes('"Metaspace"') || text.includes('▁'),
  };
}

/**
 * Pieces as a person reads them: without `</w>`, `Ġ`, `▁`, `##`. Where one character is spread over several pieces, each shows the whole
 * character and its share of it ("🦊 1/4"); what is invisible is shown as "␣" or by its code ("U+200D"). Special tokens stay as they are.
 */
export function displayTexts(
  pieces: readonly string[],
  style: PieceStyle,
  isSpecial: (index: number) => boolean,
): string[] {
  const texts = [...pieces];
  const plain = pieces.map((_, i) => i).filter((i) => !isSpecial(i));
  const shown = decodeTogether(plain.map((i) => pieceBytes(pieces[i]!, style)));
  plain.forEach((i, n) => {
    texts[i] = visible(shown[n]!);
  });
  return texts;
}

function pieceBytes(piece: string, { byteLevel, endOfWord, continuing, metaspace }: PieceStyle): Uint8Array {
  let text = piece;
  if (continuing !== '' && text.length > continuing.length && text.startsWith(continuing))
    text = text.slice(continuing.length);
  if (endOfWord !== '' && text.endsWith(endOfWord)) text = text.slice(0, -endOfWord.length);
  if (byteLevel) return Uint8Array.from([...text].flatMap((c) => byteOf.get(c) ?? [...encoder.encode(c)]));
  const fallback = /^<0x([0-9A-F]{2})>$/.exec(text);
  if (fallback) return Uint8Array.of(parseInt(fallback[1]!, 16));
  return encoder.encode(metaspace ? text.replaceAll('▁', ' ') : text);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** GPT-2's bytes_to_unicode: printable bytes stand for themselves, the rest for the characters from U+0100 on. */
const byteOf: ReadonlyMap<string, number> = (() => {
  const printable = (b: number): boolean => (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
  let next = 0x100;
  return new Map(Array.from({ length: 256 }, (_, b) => [String.fromCodePoint(printable(b) ? b : next++), b]));
})();

interface Character {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** UTF-8 whose characters may begin in one chunk and end in another. */
function decodeTogether(chunks: readonly Uint8Array[]): string[] {
  const characters = decodeUtf8(Uint8Array.from(chunks.flatMap((chunk) => [...chunk])));
  let start = 0;
  const spans = chunks.map((chunk) => ({ start, end: (start += chunk.length) }));
  return spans.map((span) => {
    const touched = characters.filter((c) => c.start < span.end && c.end > span.start);
    const only = touched[0];
    if (touched.length === 1 && only && (only.start < span.start || only.end > span.end)) {
      const sharers = spans.filter((s) => only.start < s.end && only.end > s.start);
      return `${visible(only.text)} ${sharers.indexOf(span) + 1}/${sharers.length}`;
    }
    // A character that began in an earlier piece is shown there.
    return touched.map((c) => (c.start < span.start ? '' : c.text)).join('');
  });
}

/** Bytes that are no UTF-8 become "\xF0". */
function decodeUtf8(bytes: Uint8Array): Character[] {
  const characters: Character[] = [];
  for (let start = 0; start < bytes.length;) {
    const lead = bytes[start]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const text = tryDecode(bytes.subarray(start, start + length));
    const end = text === null ? start + 1 : start + length;
    characters.push({ text: text ?? `\\x${lead.toString(16).toUpperCase().padStart(2, '0')}`, start, end });
    start = end;
  }
  return characters;
}

function tryDecode(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

function visible(text: string): string {
  const trimmed = text.replace(/^ +| +$/g, '');
  if (trimmed === '') return '␣';
  if (/^[\p{Z}\p{C}\uFE0F]+$/u.test(trimmed))
    return [...trimmed].map((c) => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`).join(' ');
  return /^\p{M}/u.test(trimmed) ? `◌${trimmed}` : trimmed;
}
