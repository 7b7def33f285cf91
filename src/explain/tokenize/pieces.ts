import { BPE, Unigram, type Tokenizer, WordPiece } from '@huggingface/tokenizers';

/** A piece of a vocabulary, in a pre-token of which it takes the characters `from` to `to` (excluded). */
export interface Piece {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** Cuts a pre-token, given as its characters, into pieces. */
export type CutIntoPieces = (chars: readonly string[]) => readonly Piece[];

/** The `model` of a tokenizer.json: BPE, WordPiece, Unigram; any other is a list of whole words. */
export function piecesOf(hf: Tokenizer): CutIntoPieces {
  const { model } = hf;
  if (model instanceof WordPiece) return wordPieces(model);
  if (model instanceof Unigram) return (chars) => withFallback(model, fused(model, model.tokenize(chars.join(''))));
  if (model instanceof BPE) return bytePairs(model);
  return (chars) => {
    const { tokens_to_ids, config } = model!;
    const unknown = 'unk_token' in config ? tokens_to_ids.get(String(config.unk_token)) : undefined;
    const id = tokens_to_ids.get(chars.join('')) ?? unknown;
    return id === undefined ? [] : [{ id, from: 0, to: chars.length }];
  };
}

/** Runs of what the vocabulary lacks as one piece each. */
function fused({ tokens_to_ids }: Unigram, pieces: readonly string[]): string[] {
  const result: string[] = [];
  let unknown = false;
  for (const piece of pieces) {
    const known = tokens_to_ids.has(piece);
    if (!known && unknown) result[result.length - 1] += piece;
    else result.push(piece);
    unknown = !known;
  }
  return result;
}

const wordPieces =
  (model: WordPiece): CutIntoPieces =>
  (chars) => {
    const pieces = model.encode([chars.join('')]);
    const prefix = (model.config.continuing_subword_prefix ?? '').length;
    let at = 0;
    return pieces.flatMap((piece, i) => {
      const id = model.tokens_to_ids.get(piece);
      const from = at;
      // An unknown word is one piece, whatever its length.
      at = pieces.length === 1 ? chars.length : at + [...piece.slice(i > 0 ? prefix : 0)].length;
      return id === undefined ? [] : [{ id, from, to: at }];
    });
  };

function bytePairs(model: BPE): CutIntoPieces {
  const suffix = model.end_of_word_suffix ?? '';
  return (chars) => {
    const word = chars.join('');
    const known = model.ignore_merges ? model.tokens_to_ids.get(word) : undefined;
    if (known !== undefined) return [{ id: known, from: 0, to: chars.length }];
    return withFallback(model, model.bpe(word), { fuse: model.fuse_unk, suffix });
  };
}

/** Pieces that the vocabulary lacks become bytes where it has those, else the unknown token: one for a run of them where the model says so. */
function withFallback(
  model: BPE | Unigram,
  pieces: readonly string[],
  { fuse = false, suffix = '' }: { readonly fuse?: boolean; readonly suffix?: string } = {},
): Piece[] {
  const result: Piece[] = [];
  let at = 0;
  let unknown = false;
  pieces.forEach((piece, i) => {
    const written =
      i === pieces.length - 1 && piece.endsWith(suffix) ? piece.slice(0, piece.length - suffix.length) : piece;
    const from = at;
    const to = (at += [...written].length);
    const id = model.tokens_to_ids.get(piece);
    const bytes = id === undefined ? byteIds(model, piece) : null;
    const last = result.at(-1);
    const wasUnknown = unknown;
    unknown = id === undefined && bytes === null;
    if (id !== undefined) result.push({ id, from, to });
    else if (bytes) result.push(...bytes.map((byte) => ({ id: byte, from, to })));
    else if (fuse && wasUnknown && last) result[result.length - 1] = { ...last, to };
    else if (model.unk_token_id !== undefined) result.push({ id: model.unk_token_id, from, to });
  });
  return result;
}

const encoder = new TextEncoder();

/** "<0xE2>" …, or null where the model does not fall back on bytes. */
function byteIds({ config, tokens_to_ids }: BPE | Unigram, piece: string): number[] | null {
  if (!('byte_fallback' in config) || config.byte_fallback !== true) return null;
  const ids = Array.from(encoder.encode(piece), (b) =>
    tokens_to_ids.get(`<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`),
  );
  return ids.every((id) => id !== undefined) ? ids : null;
}
