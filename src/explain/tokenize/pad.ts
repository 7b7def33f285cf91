import { int64Tensor, type Tensor } from '../../shared/tensor';

export interface Padding {
  readonly padId: number;
  /** 'longest' of the batch (CLIP), or a number of positions (SigLIP: all that the model has). */
  readonly length: 'longest' | number;
}

export interface PaddedPrompts {
  /** int64 [prompts, positions] */
  readonly inputIds: Tensor;
  /** int64 [prompts, positions]: 1 for a prompt's own positions, 0 for padding. SigLIP's text tower takes none. */
  readonly attentionMask: Tensor;
  /** Positions. */
  readonly length: number;
}

/** Padded on the right. No row may be longer than a `length` given as a number. */
export function padPrompts(
  prompts: readonly { readonly ids: readonly number[] }[],
  { padId, length }: Padding,
): PaddedPrompts {
  const longest = Math.max(0, ...prompts.map(({ ids }) => ids.length));
  const positions = length === 'longest' ? longest : length;
  if (longest > positions) throw new Error(`A prompt of ${longest} tokens does not fit into ${positions} positions.`);
  const row = (ids: readonly number[], fill: number): number[] => [
    ...ids,
    ...new Array<number>(positions - ids.length).fill(fill),
  ];
  const dims = [prompts.length, positions];
  return {
    inputIds: int64Tensor(
      dims,
      prompts.flatMap(({ ids }) => row(ids, padId)),
    ),
    attentionMask: int64Tensor(
      dims,
      prompts.flatMap(({ ids }) =>
        row(
          ids.map(() => 1),
          0,
        ),
      ),
    ),
    length: positions,
  };
}

/**
 * The padding token: the tokenizer's, else the text config's, else the end token (CLIP's own habit), else 0.
 */
export function paddingId(
  tokenizer: { readonly padId: number | null; readonly eosId: number | null },
  textConfig: { readonly pad_token_id?: number | null } = {},
): number {
  return tokenizer.padId ?? textConfig.pad_token_id ?? tokenizer.eosId ?? 0;
}

/**
 * Where a text tower is read. `end`: the first end token, CLIP's way; `eos`: the same without CLIP's exception for id 2 (MetaCLIP 2);
 * `first`: BERT's CLS (Chinese CLIP, AltCLIP); `last`: the last position, which is mostly padding (SigLIP).
 */
export type TextReadOut = 'end' | 'eos' | 'first' | 'last';

/**
 * The position in a prompt at which the text tower is read (`pooler_output` in Hugging Face's classes).
 * @param ids one prompt, padded or not
 * @param positions of the padded batch
 */
export function readOutPosition(
  how: TextReadOut,
  ids: readonly number[],
  positions: number,
  eosTokenId: number | null | undefined,
): number {
  if (how === 'first') return 0;
  if (how === 'last') return positions - 1;
  if (how === 'eos') return Math.max(0, eosTokenId == null ? -1 : ids.indexOf(eosTokenId));
  return clipReadOut(ids, eosTokenId);
}

/**
 * CLIPTextTransformer.forward: configs of OpenAI's models say eos_token_id 2, which is wrong and means: the largest id, as OpenAI's code has it.
 */
function clipReadOut(ids: readonly number[], eosTokenId: number | null | undefined): number {
  const first = eosTokenId == null || eosTokenId === 2 ? -1 : ids.indexOf(eosTokenId);
  return first >= 0 ? first : ids.indexOf(Math.max(...ids));
}
