import type { HeadLine } from './head-lines';

/**
 * By partner token, one weight for each active head: how the lit tokens attend it or are attended by it, the strongest where several
 * are lit.
 *
 * @param lines of the lit tokens alone
 * @param side on which they lie
 */
export function sideWeights(
  lines: readonly HeadLine[],
  side: 'query' | 'key',
  active: readonly number[],
): Map<number, number[]> {
  const place = new Map(active.map((head, i) => [head, i]));
  const weights = new Map<number, number[]>();
  for (const { head, query, key, weight } of lines) {
    const partner = side === 'query' ? key : query;
    let own = weights.get(partner);
    if (!own) weights.set(partner, (own = active.map(() => 0)));
    const i = place.get(head)!;
    own[i] = Math.max(own[i]!, weight);
  }
  return weights;
}
