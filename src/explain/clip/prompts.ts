import { BadFile, UsageError } from '../../shared/errors';
import type { PromptExplanation } from '../../shared/explanation';
import type { Tensor } from '../../shared/tensor';
import type { ModelFolder } from '../models';
import { contextLength } from '../tokenize/context';
import { padPrompts, paddingId, readOutPosition } from '../tokenize/pad';
import type { TextTokenizer } from '../tokenize/tokenizer';
import { loadTokenizer, tokenize } from '../tokenize/tokenizer';

/** Prompts as the text tower reads them. */
export interface TokenizedPrompts {
  /** int64 [K, T] */
  readonly inputIds: Tensor;
  /** int64 [K, T] */
  readonly attentionMask: Tensor;
  readonly prompts: readonly Pick<PromptExplanation, 'text' | 'tokens' | 'words' | 'truncatedTo' | 'readOut'>[];
}

/**
 * @param fixedLength positions that the graph insists on; undefined where it takes any number
 * @throws UsageError for no prompt, an empty one, or one that is too long and must not be cut
 */
export function tokenizePrompts(
  model: ModelFolder,
  prompts: readonly string[],
  longer: 'error' | 'truncate',
  fixedLength: number | undefined,
): TokenizedPrompts {
  if (prompts.length === 0) throw new UsageError('There is no prompt. Give at least one.');
  const empty = prompts.findIndex((p) => p.trim() === '');
  if (empty >= 0) throw new UsageError(`Prompt ${empty} is empty. Say what to look for, or leave it out.`);
  const tokenizer = tokenizerOf(model);
  const limit = Math.min(contextLength(model.config, model.tokenizerConfig), fixedLength ?? Infinity);
  const tokenized = prompts.map((p) => tokenize(tokenizer, p, { maxLength: limit, longer }));
  const siglip = model.kind === 'siglip';
  if (siglip && !Number.isFinite(limit))
    throw new BadFile(
      `config.json of ${model.name} does not say how many positions the text tower has (text_config.max_position_embeddings). Download it again.`,
    );
  const { inputIds, attentionMask, length } = padPrompts(tokenized, {
    padId: paddingId(tokenizer, model.config.text_config ?? {}),
    length: fixedLength ?? (siglip ? limit : 'longest'),
  });
  const eos = model.config.text_config?.eos_token_id;
  return {
    inputIds,
    attentionMask,
    prompts: tokenized.map((t, k) => ({
      text: prompts[k],
      tokens: t.tokens,
      words: t.words,
      truncatedTo: t.truncatedTo,
      readOut: readOutPosition(
        model.textReadOut,
        t.ids,
        length,
        (Array.isArray(eos) ? eos[0] : eos) ?? tokenizer.eosId,
      ),
    })),
  };
}

/** Loading one takes 0.1 s with CLIP's 49,000 words; it lives as long as its folder is remembered. */
const tokenizers = new WeakMap<ModelFolder, TextTokenizer>();

function tokenizerOf(model: ModelFolder): TextTokenizer {
  const known = tokenizers.get(model) ?? loadTokenizer(model.tokenizer, model.tokenizerConfig, model.name);
  tokenizers.set(model, known);
  return known;
}
