import { Tokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { BadFile, UnsupportedModel, UsageError } from '../../shared/errors';
import type { Token } from '../../shared/explanation';
import { displayTexts, pieceStyle, type PieceStyle } from './display';
import { tokenPlacer, type PlacedToken, type PlaceTokens, type TokenOffset } from './offsets';
import { findTemplates, type Template } from './template';
import { splitWords, wordOfEach } from './words';

/** A model folder's tokenizer, ready for prompts. */
export interface TextTokenizer {
  readonly hf: Tokenizer;
  readonly style: PieceStyle;
  readonly single: Template;
  /** null: the tokenizer knows no pairs of texts. */
  readonly pair: Template | null;
  /** Ids of the special tokens, with their text. */
  readonly special: ReadonlyMap<number, string>;
  readonly place: PlaceTokens;
  readonly padId: number | null;
  readonly eosId: number | null;
  readonly maskId: number | null;
}

export interface Tokenized {
  /** Special tokens included. */
  readonly ids: readonly number[];
  /** 0, or 1 for the second text of a pair and the token that ends it. */
  readonly typeIds: readonly number[];
  /** As the vocabulary writes them: "bald</w>", "##rring". */
  readonly pieces: readonly string[];
  readonly tokens: readonly Token[];
  /** Where each token lies in its text, as Hugging Face's fast tokenizers say it; null for those that the model's template adds. */
  readonly offsets: readonly (TokenOffset | null)[];
  /** Which text each token is of: 0, or 1 for the second of a pair; null for those that the model's template adds. */
  readonly sources: readonly (0 | 1 | null)[];
  /** The whitespace-separated words of the text, then those of its pair; also those that truncation cut. */
  readonly words: readonly string[];
  /** How many of the text's own tokens were kept, or null: all. */
  readonly truncatedTo: number | null;
  /** How many tokens of their own the texts have, cut ones included. */
  readonly own: number;
}

export interface TokenizeOptions {
  readonly pair?: string;
  /** Special tokens included. Default: no limit. */
  readonly maxLength?: number;
  /** What happens to a longer text. Default: 'error', a {@link UsageError}. 'truncate' keeps the special tokens, as Hugging Face does. */
  readonly longer?: 'error' | 'truncate';
}

const tokenText = v.nullish(v.union([v.string(), v.object({ content: v.string() })]));

const tokenizerConfig = v.object({ pad_token: tokenText, eos_token: tokenText, mask_token: tokenText });

const tokenizerFile = v.object({
  model: v.looseObject({}),
  added_tokens: v.optional(
    v.array(v.object({ id: v.number(), content: v.string(), special: v.optional(v.boolean()) })),
    [],
  ),
});

/**
 * From the parsed tokenizer.json and tokenizer_config.json. `name` is what error sentences call the folder.
 * Throws {@link BadFile} for damaged files, {@link UnsupportedModel} for a kind of tokenizer that @huggingface/tokenizers does not know.
 */
export function loadTokenizer(json: unknown, config: unknown, name = 'the model'): TextTokenizer {
  const file = v.safeParse(tokenizerFile, json);
  if (!file.success)
    throw new BadFile(
      `The tokenizer.json of ${name} is damaged (${v.getDotPath(file.issues[0]) ?? 'no object'}). Download the model again.`,
    );
  const named = v.safeParse(tokenizerConfig, config);
  if (!named.success)
    throw new BadFile(
      `The tokenizer_config.json of ${name} is damaged (${v.getDotPath(named.issues[0]) ?? 'no object'}). Download the model again.`,
    );
  const { hf, place } = create(json as object, config as object, name);
  const templates = findTemplates(hf);
  if (templates === null)
    throw new UnsupportedModel(
      `The tokenizer of ${name} rewrites a text's tokens when it adds special ones, which is not supported.`,
    );

  const idOf = (token: v.InferOutput<typeof tokenText>): number | null =>
    token ? (hf.token_to_id(typeof token === 'string' ? token : token.content) ?? null) : null;
  return {
    hf,
    place,
    ...templates,
    style: pieceStyle(json as object),
    special: new Map(file.output.added_tokens.filter((t) => t.special).map((t) => [t.id, t.content])),
    padId: idOf(named.output.pad_token),
    eosId: idOf(named.output.eos_token),
    maskId: idOf(named.output.mask_token),
  };
}

function create(json: object, config: object, name: string): { readonly hf: Tokenizer; readonly place: PlaceTokens } {
  try {
    const hf = new Tokenizer(json, config);
    return { hf, place: tokenPlacer(json, hf) };
  } catch (cause) {
    if (v.isValiError(cause))
      throw new BadFile(
        `The tokenizer.json of ${name} is damaged (${v.getDotPath(cause.issues[0]) ?? 'a part of it'}). Download the model again.`,
        { cause },
      );
    throw new UnsupportedModel(
      `The tokenizer of ${name} cannot be used: ${(cause as Error).message}. Export it with a current version of transformers.`,
      { cause },
    );
  }
}

/** Tokens of a text or a pair of texts, with their words. Throws {@link UsageError} for a text that is too long, unless it may be truncated. */
export function tokenize(tokenizer: TextTokenizer, text: string, options: TokenizeOptions = {}): Tokenized {
  const { pair, maxLength = Infinity, longer = 'error' } = options;
  const template = pair === undefined ? tokenizer.single : tokenizer.pair;
  if (template === null)
    throw new UsageError('This model reads one text at a time, not a pair. Give the texts one by one.');
  const texts = pair === undefined ? [text] : [text, pair];
  const contents = texts.map((t) => readContent(tokenizer, t));

  const added = template.parts.reduce((n, part) => n + part.ids.length, 0);
  const own = contents.reduce((n, { tokens }) => n + tokens.length, 0);
  const excess = added + own - maxLength;
  if (excess > 0 && longer === 'error') {
    throw new UsageError(
      `The text "${shorten(text)}" has ${added + own} tokens, ${added} special ones included, and the model reads ${maxLength}. Shorten it, or let it be truncated.`,
    );
  }
  if (excess > 0 && own < excess)
    throw new UsageError(`A limit of ${maxLength} tokens leaves no room for a text. Raise it.`);
  cut(contents, excess);
  return {
    ...assemble(tokenizer, template, contents),
    words: contents.flatMap(({ words }) => words),
    truncatedTo: excess > 0 ? own - excess : null,
    own,
  };
}

/** One text without special tokens. */
interface Content {
  readonly words: readonly string[];
  readonly tokens: ContentToken[];
}

interface ContentToken extends PlacedToken {
  readonly piece: string;
  readonly display: string;
  /** Counted within its own text; −1 where the user typed a special token. */
  readonly word: number;
}

function readContent({ hf, place, special, style }: TextTokenizer, text: string): Content {
  const placed = place(text);
  const pieces = placed.map(({ id }) => hf.id_to_token(id) ?? '');
  const displays = displayTexts(pieces, style, (i) => special.has(placed[i]!.id));
  const owners = wordOfEach(
    text,
    placed.map(({ start }) => start),
  );
  return {
    words: splitWords(text),
    tokens: placed.map((token, i) => ({
      ...token,
      piece: pieces[i]!,
      display: displays[i]!,
      word: token.added && special.has(token.id) ? -1 : owners[i]!,
    })),
  };
}

/** Takes `excess` tokens off the end of the longer text; an odd token stays with the one that was longer (Rust's longest_first). */
function cut(contents: readonly Content[], excess: number): void {
  const shortFirst = contents.map(({ tokens }) => tokens).sort((a, b) => a.length - b.length);
  for (let n = 0; n < excess; n++) {
    shortFirst.reduce((longest, list) => (list.length > longest.length ? list : longest)).pop();
  }
}

function assemble(
  { hf, style }: TextTokenizer,
  { parts }: Template,
  contents: readonly Content[],
): Pick<Tokenized, 'ids' | 'typeIds' | 'pieces' | 'tokens' | 'offsets' | 'sources'> {
  const ids: number[] = [];
  const typeIds: number[] = [];
  const pieces: string[] = [];
  const tokens: Token[] = [];
  const offsets: (TokenOffset | null)[] = [];
  const sources: (0 | 1 | null)[] = [];
  let firstWord = 0;
  parts.forEach((part, n) => {
    part.ids.forEach((id, i) => {
      const piece = hf.id_to_token(id) ?? '';
      ids.push(id);
      typeIds.push(part.typeIds[i]!);
      pieces.push(piece);
      offsets.push(null);
      sources.push(null);
      tokens.push({ text: displayTexts([piece], style, () => true)[0]!, id, special: true, word: -1 });
    });
    for (const { id, piece, display, word, start, end } of contents[n]?.tokens ?? []) {
      ids.push(id);
      typeIds.push(part.contentType);
      pieces.push(piece);
      offsets.push({ start, end });
      sources.push(n === 0 ? 0 : 1);
      tokens.push({ text: display, id, special: word < 0, word: word < 0 ? -1 : firstWord + word });
    }
    firstWord += contents[n]?.words.length ?? 0;
  });
  return { ids, typeIds, pieces, tokens, offsets, sources };
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
