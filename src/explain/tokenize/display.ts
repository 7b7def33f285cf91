import { byteOfCharacter } from './byte-level';

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
  if (byteLevel) return Uint8Array.from([...text].flatMap((c) => byteOfCharacter(c) ?? [...encoder.encode(c)]));
  const fallback = /^<0x([0-9A-F]{2})>$/.exec(text);
  if (fallback) return Uint8Array.of(parseInt(fallback[1]!, 16));
  return encoder.encode(metaspace ? text.replaceAll('▁', ' ') : text);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Bytes, `end` excluded. */
interface Span {
  readonly start: number;
  readonly end: number;
}

interface Character extends Span {
  readonly text: string;
}

/** UTF-8 whose characters may begin in one chunk and end in another. */
function decodeTogether(chunks: readonly Uint8Array[]): string[] {
  const characters = decodeUtf8(Uint8Array.from(chunks.flatMap((chunk) => [...chunk])));
  let start = 0;
  const spans = chunks.map((chunk) => ({ start, end: (start += chunk.length) }));
  let first = 0;
  let last = 0;
  return spans.map((span, i) => {
    while (first < characters.length && characters[first]!.end <= span.start) first++;
    last = Math.max(first, last);
    while (last < characters.length && characters[last]!.start < span.end) last++;
    const touched = span.start < span.end ? characters.slice(first, last) : [];
    const only = touched[0];
    if (touched.length === 1 && only && (only.start < span.start || only.end > span.end)) {
      const { place, count } = shareOf(spans, i, only);
      return `${visible(only.text)} ${place}/${count}`;
    }
    // A character that began in an earlier piece is shown there.
    return touched.map((c) => (c.start < span.start ? '' : c.text)).join('');
  });
}

/** Which of the pieces that share a character one is, counted from 1. */
function shareOf(spans: readonly Span[], index: number, character: Character): { place: number; count: number } {
  const shares = (span: Span | undefined): boolean =>
    span !== undefined && character.start < span.end && character.end > span.start;
  let from = index;
  while (shares(spans[from - 1])) from--;
  let to = index + 1;
  while (shares(spans[to])) to++;
  return { place: index - from + 1, count: to - from };
}

/** Bytes that are no UTF-8 become "\xF0". */
function decodeUtf8(bytes: Uint8Array): Character[] {
  const characters: Character[] = [];
  for (let start = 0; start < bytes.length;) {
    const lead = bytes[start]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const text = lead < 0x80 ? String.fromCharCode(lead) : tryDecode(bytes.subarray(start, start + length));
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
