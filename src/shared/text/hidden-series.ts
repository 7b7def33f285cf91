import type { HiddenStates } from './explanation';

/** Hidden states as plots want them. */
export type HiddenQuantity = 'mean' | 'norm' | 'cosine';

/** One row for each state, one column for each token; of the cosine one for each pair of neighbours, known by its first token. */
export interface HiddenGrid {
  readonly states: number;
  readonly columns: number;
  /** [states, columns]. */
  readonly data: Float32Array;
}

export function hiddenGrid(hidden: HiddenStates, quantity: HiddenQuantity): HiddenGrid {
  const { dims, data } = hidden[quantity];
  const [states, columns] = dims as readonly [number, number];
  return { states, columns, data };
}

/** One column from the embedding to the last layer, [states]. */
export const hiddenSeries = ({ states, columns, data }: HiddenGrid, column: number): Float64Array =>
  Float64Array.from({ length: states }, (_, state) => data[state * columns + column]!);

/**
 * The column whose value in a state is nearest to one, for a pointer on a plot.
 *
 * @param columns that are shown
 * @param within the largest difference that counts
 */
export function nearestColumn(
  grid: HiddenGrid,
  columns: readonly number[],
  state: number,
  value: number,
  within: number,
): number | null {
  let best: number | null = null;
  let least = within;
  for (const column of columns) {
    const apart = Math.abs(grid.data[state * grid.columns + column]! - value);
    if (apart <= least) [best, least] = [column, apart];
  }
  return best;
}
