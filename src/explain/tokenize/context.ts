import * as v from 'valibot';

const schema = v.object({
  model_type: v.nullish(v.string()),
  max_position_embeddings: v.nullish(v.number()),
  n_positions: v.nullish(v.number()),
  pad_token_id: v.nullish(v.number()),
  text_config: v.nullish(v.object({ max_position_embeddings: v.nullish(v.number()) })),
});

const tokenizerSchema = v.object({ model_max_length: v.nullish(v.number()) });

/** Defaults of transformers' config classes, which configs of old leave out. */
const defaults: Readonly<Record<string, number>> = { clip: 77, siglip: 64, siglip2: 64 };

/** Positions of these begin behind the padding token's: RoBERTa's 514 are for 512 tokens. */
const positionsBehindPadding =
  /^(roberta|xlm-roberta(-xl)?|camembert|mpnet|longformer|roberta-prelayernorm|data2vec-text)$/;

/** "No limit" is written as 1e30 there. */
const sane = 1_000_000;

/**
 * How many tokens the text model reads, special tokens included: its positions, or the tokenizer's own limit where that is lower. Infinity where neither is given. Takes the parsed config.json and tokenizer_config.json.
 */
export function contextLength(config: unknown, tokenizerConfig: unknown): number {
  const model = v.safeParse(schema, config);
  const tokenizer = v.safeParse(tokenizerSchema, tokenizerConfig);
  const { text_config, max_position_embeddings, n_positions, pad_token_id, model_type } = model.success
    ? model.output
    : {};
  const unused = positionsBehindPadding.test(model_type ?? '') ? (pad_token_id ?? 1) + 1 : 0;
  const positions =
    (text_config?.max_position_embeddings ??
      max_position_embeddings ??
      // T5 has the field too, but positions relative to each other, without limit.
      (model_type?.includes('t5') ? null : n_positions) ??
      defaults[model_type ?? ''] ??
      Infinity) - unused;
  const limit = (tokenizer.success && tokenizer.output.model_max_length) || Infinity;
  return Math.min(positions, limit < sane ? limit : Infinity);
}
