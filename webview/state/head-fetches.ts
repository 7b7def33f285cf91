import type { HeadQuantity, HeadTensors } from '../../src/shared/heads-data';
import type { Fetched, FetchedMap } from './fetches';

export const needsGradient = (quantity: HeadQuantity): boolean => quantity !== 'attention';

/** Of a layer's heads, what a view of this quantity needs. What was fetched with its gradient has the attention too. */
export function headsFetch(
  cache: FetchedMap<HeadTensors>,
  keyOf: (gradient: boolean) => string,
  quantity: HeadQuantity,
): Fetched<HeadTensors> | undefined {
  const whole = cache.get(keyOf(true));
  return needsGradient(quantity) || whole?.kind === 'here' ? whole : cache.get(keyOf(false));
}

/**
 * The quantity that pictures show: the asked one, or the last one while gradients for it are on their way.
 * @param fetches of every item's layer, for the asked quantity
 */
export function shownQuantity(
  asked: HeadQuantity,
  last: HeadQuantity | undefined,
  fetches: readonly (Fetched<HeadTensors> | undefined)[],
): HeadQuantity {
  const coming = needsGradient(asked) && fetches.some((fetch) => fetch === undefined || fetch.kind === 'loading');
  return coming && last !== undefined && !needsGradient(last) ? last : asked;
}
