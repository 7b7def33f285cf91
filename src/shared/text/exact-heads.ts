import { sketchPays } from '../head-sketch';
import type { TextOutline } from './explanation';

/**
 * What is asked for where the numbers of these heads are shown: see LayerHeads.
 *
 * @param group index into the explanation's attentions
 */
export function exactHeads(
  { attentions, sequences }: Pick<TextOutline, 'attentions' | 'sequences'>,
  group: number,
  shown: readonly number[],
): readonly number[] | null {
  const { heads, queries, keys } = attentions[group]!;
  const [rows, columns] = [queries, keys].map((sequence) => sequences[sequence]!.tokens.length) as [number, number];
  return sketchPays(heads, rows, columns, shown.length) ? shown : null;
}
