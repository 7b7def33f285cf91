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
 * The position at which CLIP's text tower is read (CLIPTextTransformer.forward): the first end token. Configs of OpenAI's models say
 * eos_token_id 2, which is wrong and means: the largest id, as OpenAI's code has it. `ids`: one prompt, padded or not.
 */
export function clipReadOut(ids: readonly number[], eosTokenId: number | null | undefined): number {
  const first = eosTokenId == null || eosTokenId === 2 ? -1 : ids.indexOf(eosTokenId);
  return first >= 0 ? first : ids.indexOf(Math.max(...ids));
}

/** SigLIP pools at the last position, which is mostly padding. */
export const siglipReadOut = (positions: number): number => positions - 1;
