import type { HeadThumbnails } from '../heads-data';
import type { Matrix } from '../matrix';
import { blockOf } from '../thumbnails';
import { mergedMatrix, type Merging, type TokenUnits } from './token-units';

/** Thumbnails of every head as they are shown: [layers, heads, rows, columns], and what stands at their rows and columns. */
export interface Tiles {
  readonly layers: number;
  readonly heads: number;
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
  /** Of each row its queries, of each column its keys: tokens. A block of a long text has several. */
  readonly queries: readonly (readonly number[])[];
  readonly keys: readonly (readonly number[])[];
  /** A row is a unit and a column too, so that entries are the heads' own. */
  readonly exact: boolean;
}

/**
 * Thumbnails with the rows and columns of units alone. Short texts' are merged as `unitMatrix` merges; a long one's blocks stay as they are, except
 * those that have none of the units.
 */
export function unitTiles(
  { matrices: { dims, data } }: Pick<HeadThumbnails, 'matrices'>,
  query: TokenUnits,
  key: TokenUnits,
  how: Merging,
): Tiles {
  const [layers, heads, rows, columns] = dims as readonly [number, number, number, number];
  const exact = rows === query.unitOf.length && columns === key.unitOf.length;
  const own = exact ? { queries: query.tokens, keys: key.tokens } : { queries: blocks(query, rows), keys: blocks(key, columns) }; // prettier-ignore
  if (exact && query.whole && key.whole) return { layers, heads, rows, columns, data, ...own, exact };
  // Rows and columns of the thumbnail that make a row and a column of the tile.
  const from = exact ? own : { queries: filled(query, rows), keys: filled(key, columns) };
  const [height, width] = [from.queries.length, from.keys.length];
  const out = new Float32Array(layers * heads * height * width);
  for (let tile = 0; tile < layers * heads; tile++) {
    const at = tile * rows * columns;
    const matrix: Matrix = { rows, columns, data: data.subarray(at, at + rows * columns) };
    out.set(mergedMatrix(matrix, from.queries, from.keys, how).data, tile * height * width);
  }
  return { layers, heads, rows: height, columns: width, data: out, ...own, exact };
}

/** The tokens of each block that has some of the units. */
const blocks = (units: TokenUnits, count: number): readonly (readonly number[])[] =>
  members(units, count).filter((tokens) => tokens.length > 0);

/** The indices of those blocks, one a row. */
const filled = (units: TokenUnits, count: number): readonly (readonly number[])[] =>
  members(units, count).flatMap((tokens, block) => (tokens.length > 0 ? [[block]] : []));

function members({ unitOf }: TokenUnits, count: number): readonly (readonly number[])[] {
  const out: number[][] = Array.from({ length: count }, () => []);
  unitOf.forEach((unit, token) => unit >= 0 && out[blockOf(token, unitOf.length, count)]!.push(token));
  return out;
}

/** Rows or columns of a tile that have any of these tokens. */
export const placesOf = (places: readonly (readonly number[])[], tokens: readonly number[]): readonly number[] =>
  places.flatMap((own, place) => (own.some((token) => tokens.includes(token)) ? [place] : []));
