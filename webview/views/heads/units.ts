import { combinedHeads, headMatrix, matrixTop, signedQuantity } from '../../../src/shared/head-matrix';
import type { HeadQuantity } from '../../../src/shared/heads-data';
import type { Axis } from '../../../src/shared/axis';
import type { Matrix } from '../../../src/shared/matrix';
import { isPair, pairParts } from '../../../src/shared/text/pairs';
import { tokenUnits, unitMatrix, unitsAt, type Merging, type TokenUnits } from '../../../src/shared/text/token-units';
import type { HeadsView } from '../../state/heads-view';
import type { Framed, HeadsHover, LayerSide, LayerSides, ShownLayer } from './source';

/** What stands along the axes of a layer as it is shown: tokens or words, without hidden ones. */
export interface LayerUnits {
  readonly query: TokenUnits;
  readonly key: TokenUnits;
}

const kept = new WeakMap<TokenUnits, WeakMap<TokenUnits, LayerUnits>>();

/** The same for the same choice; null for patches, which are shown as they are. */
export function layerUnits(
  { query, key }: LayerSides,
  view: Pick<HeadsView, 'units' | 'special' | 'pair'>,
): LayerUnits | null {
  // prettier-ignore
  if (!query.tokens || !key.tokens) return null;
  const parts = pairParts(hasPair({ query, key }) ? view.pair : 'all');
  const of = ({ tokens, words }: LayerSide, part: number | null): TokenUnits =>
    tokenUnits(tokens!, words, { units: view.units, special: view.special, part });
  const [queries, keys] = [of(query, parts.query), of(key, parts.key)];
  const known = kept.get(queries) ?? new WeakMap<TokenUnits, LayerUnits>();
  kept.set(queries, known);
  const made = known.get(keys) ?? { query: queries, key: keys };
  known.set(keys, made);
  return made;
}

/** Whether parts of a sentence pair can be told apart on both sides. */
export const hasPair = ({ query, key }: LayerSides): boolean =>
  query.tokens !== null && key.tokens !== null && isPair(query.tokens) && isPair(key.tokens);

export const mergingOf = (quantity: HeadQuantity): Merging => (quantity === 'gradient' ? 'rates' : 'amounts');

/** One head as it is shown, [units of queries, units of keys]; the same for the same arguments. */
export function shownHead(layer: ShownLayer, quantity: HeadQuantity, head: number, units: LayerUnits | null): Matrix {
  const matrix = headMatrix(layer.tensors, quantity, head);
  return units ? unitMatrix(matrix, units.query, units.key, mergingOf(quantity)) : matrix;
}

/** The largest of the heads' tops: one scale for a layer. */
export const shownLayerTop = (layer: ShownLayer, quantity: HeadQuantity, units: LayerUnits | null): number =>
  Math.max(
    0,
    ...Array.from({ length: layer.heads }, (_, head) =>
      matrixTop(shownHead(layer, quantity, head, units), signedQuantity(quantity)),
    ),
  );

const combined = new WeakMap<Matrix, { readonly key: string; readonly made: Matrix }>();

/** Several heads as one; of one head, that head. The same for the same arguments, as long as no others came between. */
export function shownCombination(
  layer: ShownLayer,
  quantity: HeadQuantity,
  heads: readonly number[],
  how: 'mean' | 'max',
  units: LayerUnits | null,
): Matrix {
  const each = heads.map((head) => shownHead(layer, quantity, head, units));
  if (each.length === 1) return each[0]!;
  const key = `${how} ${heads.join(' ')}`;
  const last = combined.get(each[0]!);
  if (last?.key === key) return last.made;
  const made = combinedHeads(each, how);
  combined.set(each[0]!, { key, made });
  return made;
}

/** What the matrices of a layer have along their sides. */
export interface ShownAxes {
  readonly query: Axis;
  readonly key: Axis;
}

export const shownAxes = ({ sides }: ShownLayer, units: LayerUnits | null): ShownAxes =>
  units ? { query: units.query.axis, key: units.key.axis } : { query: sides.query.axis, key: sides.key.axis };

/** Rows and columns of a head's matrix. */
export interface Lit {
  readonly queries: readonly number[];
  readonly keys: readonly number[];
}

const none: Lit = { queries: [], keys: [] };

/** What the pointer or the focus is on, in rows and columns of what is shown. */
export function litUnits(hover: HeadsHover | null, { tensors }: ShownLayer, units: LayerUnits | null): Lit {
  if (!hover) return none;
  const [, queries, keys] = tensors.attention.dims as readonly [number, number, number];
  const at = (side: 'query' | 'key', tokens: readonly number[]): readonly number[] =>
    units ? unitsAt(units[side], tokens) : tokens.filter((token) => token < (side === 'query' ? queries : keys));
  if (hover.kind === 'cell') return { queries: at('query', [hover.query]), keys: at('key', [hover.key]) };
  return hover.side === 'query'
    ? { queries: at('query', hover.tokens), keys: [] }
    : { queries: [], keys: at('key', hover.tokens) };
}

/** The framed row and column in units; null where they are hidden. */
export function framedUnits({ query, key }: Framed, units: LayerUnits | null): Framed {
  if (!units) return { query, key };
  const at = (side: TokenUnits, token: number | null): number | null =>
    token === null ? null : (unitsAt(side, [token])[0] ?? null);
  return { query: at(units.query, query), key: at(units.key, key) };
}

/** The first token of a row or column; of patches, itself. */
export const tokenAt = (units: LayerUnits | null, side: 'query' | 'key', unit: number): number =>
  units ? units[side].tokens[unit]![0]! : unit;

/** All of them. */
export const tokensAt = (units: LayerUnits | null, side: 'query' | 'key', unit: number): readonly number[] =>
  units ? units[side].tokens[unit]! : [unit];
