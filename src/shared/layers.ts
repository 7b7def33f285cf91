import { UsageError } from './errors';
import type { LayerChoice, LayerRange, Method, TowerShape } from './explanation';

/**
 * How many layers a user may choose from. A pooling head stands behind the blocks and counts as one more: with 12 blocks it is
 * layer 12, 'last' means the head alone and 'all' the blocks and the head.
 */
export const layerCount = ({ layers, pooling }: Pick<TowerShape, 'layers' | 'pooling'>): number =>
  layers + (pooling ? 1 : 0);

/** Methods that look at one layer, the last of the range. */
export const oneLayer = (method: Method): boolean => method === 'raw' || method === 'grad-cam';

/** Where the range lies among all ranges of a tower: by last layer, then by first. 0-0, 0-1, 1-1, 0-2, … */
export const rangeIndex = ({ first, last }: LayerRange): number => (last * (last + 1)) / 2 + first;

/**
 * What a person writes: `last`, `all`, `A-B` (both included) or `A`.
 *
 * @throws UsageError for anything else
 */
export function parseLayers(text: string): LayerChoice {
  const said = text.trim().toLowerCase();
  if (said === 'last' || said === 'all') return said;
  // The en dash is what our own pictures print, so it is what people paste back.
  const match = /^(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?$/.exec(said);
  if (!match)
    throw new UsageError(`"${text}" names no layers. Say last, all, one layer such as 5, or a range such as 0-5.`);
  const first = Number(match[1]);
  const last = match[2] === undefined ? first : Number(match[2]);
  if (first > last)
    throw new UsageError(`The layers ${first}-${last} run backwards. Write the lower one first: ${last}-${first}.`);
  return { first, last };
}

/**
 * The layers that a choice means in a tower with `count` of them.
 *
 * @throws UsageError where they do not exist
 */
export function resolveLayers(choice: LayerChoice, count: number, tower = 'model'): LayerRange {
  if (choice === 'last') return { first: count - 1, last: count - 1 };
  if (choice === 'all') return { first: 0, last: count - 1 };
  const { first, last } = choice;
  const exist = Number.isInteger(first) && Number.isInteger(last) && 0 <= first && first <= last && last < count;
  if (exist) return { first, last };
  const said = first === last ? `Layer ${first} does` : `Layers ${first}-${last} do`;
  const have = count === 1 ? 'one layer, number 0' : `${count} layers, numbered 0 to ${count - 1}`;
  throw new UsageError(
    `${said} not exist: the ${tower} has ${have}. Choose last, all, or a range within ${count === 1 ? '0-0' : `0-${count - 1}`}.`,
  );
}
