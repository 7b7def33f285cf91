import * as v from 'valibot';

const schema = v.object({
  model_type: v.nullish(v.string()),
  max_position_embeddings: v.nullish(v.number()),
  text_config: v.nullish(v.object({ max_position_embeddings: v.nullish(v.number()) })),
});

const tokenizerSchema = v.object({ model_max_length: v.nullish(v.number()) });

/** Defaults of transformers' config classes, which configs of old leave out. */
const defaults: Readonly<Record<string, number>> = { clip: 77, siglip: 64, siglip2: 64 };

/** "No limit" is written as 1e30 there. */
const sane = 1_000_000;

/**
 * How many tokens the text model reads, special tokens included: its positions, or the tokenizer's own limit where that is lower (RoBERTa
 * has 514 positions for 512 tokens). Infinity where neither is given. Takes the parsed config.json and tokenizer_config.json.
 */
export function contextLength(config: unknown, tokenizerConfig: unknown): number {
  const model = v.safeParse(schema, config);
  const tokenizer = v.safeParse(tokenizerSchema, tokenizerConfig);
  const { text_config, max_position_embeddings, model_type } = model.success ? model.output : {};
  const positions =
    text_config?.max_position_embeddings ?? max_position_embeddings ?? defaults[model_type ?? ''] ?? Infinity;
  const limit = (tokenizer.success && tokenizer.output.model_max_length) || Infinity;
  return Math.min(positions, limit < sane ? limit : Infinity);
}
