import { BadFile, UsageError } from '../../shared/errors';
import type { TextToken, TokenSequence } from '../../shared/text/explanation';
import type { TextTokenizer, Tokenized } from '../tokenize/tokenizer';
import { tokenize } from '../tokenize/tokenizer';
import type { SequenceIds } from './feeds';
import type { TextGraph } from './graph';
import type { TextModel } from './model';
import { tokenId } from './model';

/** A sequence of tokens as the model reads it. */
export interface ReadSequence extends SequenceIds, Pick<TokenSequence, 'name' | 'tokens' | 'words' | 'cut'> {}

export interface TextRequest {
  readonly text: string;
  readonly pair: string | null;
  /** Fewer than the model reads; null: what it reads. */
  readonly maxTokens: number | null;
  readonly onLongText: 'error' | 'truncate';
}

/**
 * One sequence, or the encoder's and the decoder's.
 * @throws UsageError for an empty text, one that is too long and must not be cut, a pair for a model that reads none
 */
export function readTexts(model: TextModel, graph: TextGraph, request: TextRequest): ReadSequence[] {
  const { text, pair } = request;
  checkText(text, 'text');
  const { tokenizer } = model;
  const [first, second] = graph.sequences;
  const limit = (fixed = Infinity) => ({
    maxLength: Math.min(model.maxTokens, request.maxTokens ?? Infinity, fixed),
    longer: request.onLongText,
  });
  if (second)
    return [
      sequenceOf('encoder', tokenize(tokenizer, text, limit(first.fixed)), 0),
      sequenceOf('decoder', tokenize(startedBy(model), pair ?? '', limit(second.fixed)), 1),
    ];
  if (pair !== null) {
    checkText(pair, 'second text');
    if (!readsPairs(model, graph))
      throw new UsageError(
        `${model.name} reads one text at a time, not a pair. Give one text, or ask for the similarity of both.`,
      );
  }
  const tokenized = tokenize(tokenizer, text, { ...limit(first.fixed), ...(pair !== null && { pair }) });
  return [sequenceOf('text', tokenized, 0)];
}

/** A tokenizer that puts nothing between two texts has no pairs, nor has a model that goes on writing. */
export const readsPairs = ({ tokenizer: { pair } }: TextModel, { sequences, generates }: TextGraph): boolean =>
  sequences.length === 2 || (!generates && (pair?.parts[1]?.ids.length ?? 0) > 0);

function checkText(text: string, what: string): void {
  if (text.trim() === '') throw new UsageError(`The ${what} is empty. Give at least one word.`);
}

/** The decoder's text is written behind its start token; what ends a text is not there yet. */
function startedBy({ tokenizer, config, name }: TextModel): TextTokenizer {
  const start = [config.decoder_start_token_id, config.pad_token_id, config.bos_token_id]
    .map(tokenId)
    .find((id) => id !== null);
  if (start === undefined)
    throw new BadFile(
      `config.json of ${name} does not say with which token its decoder begins (decoder_start_token_id). Download it again.`,
    );
  const ids = [start, ...(tokenizer.single.parts[0]?.ids ?? [])];
  const part = (ids: readonly number[]) => ({ ids, typeIds: ids.map(() => 0), contentType: 0 });
  return { ...tokenizer, single: { parts: [part(ids), part([])] } };
}

/** @param firstText index of the sequence's first text */
function sequenceOf(name: ReadSequence['name'], tokenized: Tokenized, firstText: number): ReadSequence {
  const { ids, typeIds, tokens, offsets, sources, words, truncatedTo, own } = tokenized;
  if (ids.length === 0) throw new UsageError('The text has no token that this model knows. Give at least one word.');
  const second = sources.indexOf(1);
  return {
    ...{ name, ids, typeIds, words },
    tokens: tokens.map((token, i): TextToken => {
      const source = sources[i];
      return {
        ...token,
        start: offsets[i]?.start ?? null,
        end: offsets[i]?.end ?? null,
        source: source === null ? null : source + firstText,
        part: second >= 0 && i >= second ? 1 : 0,
      };
    }),
    cut: truncatedTo === null ? null : { kept: truncatedTo, of: own },
  };
}
