import type { Tokenizer } from '@huggingface/tokenizers';

/**
 * Where a tokenizer puts its special tokens: parts[0], text, parts[1] for one text; parts[0], text, parts[1], text, parts[2] for a pair.
 * BERT's pair: [CLS] text [SEP] text [SEP].
 */
export interface Template {
  readonly parts: readonly TemplatePart[];
}

export interface TemplatePart {
  /** Special tokens before the part's text. */
  readonly ids: readonly number[];
  readonly typeIds: readonly number[];
  /** Type id of the text that follows (0 where none does). */
  readonly contentType: number;
}

/**
 * Found by encoding samples with and without special tokens, so that every kind of post-processor is covered.
 * null: the special tokens are not merely added.
 */
export function findTemplates(hf: Tokenizer): { readonly single: Template; readonly pair: Template | null } | null {
  const samples = ['a', 'b'];
  const single = findTemplate(hf, samples.slice(0, 1));
  return single && { single, pair: findTemplate(hf, samples) };
}

function findTemplate(hf: Tokenizer, texts: readonly string[]): Template | null {
  const { ids, token_type_ids: types = [] } = hf.encode(texts[0]!, {
    text_pair: texts[1] ?? null,
    return_token_type_ids: true,
  });
  const parts: TemplatePart[] = [];
  let at = 0;
  for (const text of texts) {
    const content = hf.encode(text, { add_special_tokens: false }).ids;
    const start = indexOfRun(ids, content, at);
    if (content.length === 0 || start < 0) return null;
    parts.push(partOf(ids, types, at, start, types[start] ?? 0));
    at = start + content.length;
  }
  return { parts: [...parts, partOf(ids, types, at, ids.length, 0)] };
}

const partOf = (
  ids: readonly number[],
  types: readonly number[],
  from: number,
  to: number,
  contentType: number,
): TemplatePart => ({
  ids: ids.slice(from, to),
  typeIds: ids.slice(from, to).map((_, i) => types[from + i] ?? 0),
  contentType,
});

function indexOfRun(ids: readonly number[], run: readonly number[], from: number): number {
  for (let i = from; i + run.length <= ids.length; i++) if (run.every((id, j) => ids[i + j] === id)) return i;
  return -1;
}
