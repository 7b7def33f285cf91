import { useMemo } from 'preact/hooks';
import { diverging } from '../../../src/shared/colour/maps';
import { headColour } from '../../../src/shared/colour/head-colours';
import { colourAt } from '../../../src/shared/colour/table';
import { valueText } from '../../../src/shared/format';
import { signedQuantity } from '../../../src/shared/head-matrix';
import type { HeadThumbnails } from '../../../src/shared/heads-data';
import { placesOf, unitTiles, type Tiles } from '../../../src/shared/text/thumbnail-units';
import { drawMosaic, tileTops, type MosaicPlace, type TilePhoto, type TileValues } from '../../draw/mosaic';
import { drawMosaicLines, drawMosaicVeil, type LitPlaces } from '../../draw/mosaic-lines';
import { themeColours } from '../../export/theme-colours';
import type { HeadsView } from '../../state/heads-view';
import { useGround } from '../../ui/use-ground';
import { useHeads, useHeadsSource, type HeadsHover, type HeadsItem } from './source';
import { layerUnits, mergingOf } from './units';
import { shownGroup } from './use-layer';

/** Every head of a group as it is shown small. */
export interface ShownTiles {
  readonly values: TileValues;
  /** Height ÷ width of a tile. */
  readonly tall: number;
  /** Of a long text's tokens several share a pixel. */
  readonly blocks: boolean;
  /** Another object when `draw` draws something else. */
  readonly drawn: object;
  readonly draw: (canvas: HTMLCanvasElement, place: MosaicPlace) => void;
  /** What is lit in every tile; null: nothing, or patches. */
  readonly lit: LitPlaces | null;
  /** Lit alone, over what `draw` draws. */
  readonly drawLit: (canvas: HTMLCanvasElement, place: MosaicPlace) => void;
  /** Lines alone stand for what is lit: what was drawn before gives way. */
  readonly lines: boolean;
  /** The tokens at a place of a tile, in shares of its sides. */
  readonly pointed: (across: number, down: number) => HeadsHover | null;
  /** A lit entry, or the strongest partner of what is lit, of one head; '' where nothing is lit. */
  readonly told: (layer: number, head: number) => string;
}

const none: LitPlaces = { queries: [], keys: [] };

/** Tiles of one item; null while they are not here. */
export function useTiles(item: number, thumbnails: HeadThumbnails | null): ShownTiles | null {
  const source = useHeadsSource();
  const ground = useGround();
  const view = useHeads(({ view }) => view);
  const group = useHeads(shownGroup);
  const items = useHeads(({ items }) => items);
  const { hover, sides } = items[item]!;
  const photo = source.image && group.kind === 'patches' && view.show === 'image' ? source.image.photo() : null;
  const units = sides && layerUnits(sides, view);
  const tiles = useMemo(
    () => thumbnails && shownValues(thumbnails, units, photo, view),
    [thumbnails, units, photo, view.quantity],
  );
  const tops = useMemo(() => tiles && comparedTops(tiles.values, items, item, view), [tiles, items.length > 1 ? items : null, view]); // prettier-ignore
  const lines = units !== null && view.thumbnails === 'lines';
  const drawn = useMemo(() => ({}), [tiles, tops, lines, ground]);
  const lit = useMemo(() => litPlaces(tiles?.tokens ?? null, hover), [tiles, hover]);
  return useMemo((): ShownTiles | null => {
    if (!tiles || !tops) return null;
    const signed = signedQuantity(view.quantity);
    const { values, tokens } = tiles;
    const colour = (head: number, negative: boolean): string =>
      signed ? signColours[ground][negative ? 'negative' : 'positive'] : headColour(head, values.heads, ground);
    return {
      values,
      tall: photo ? 1 / photo.aspect : Math.min(1.5, Math.max(0.5, values.rows / Math.max(1, values.columns))),
      blocks: tokens !== null && !tokens.exact,
      drawn,
      draw: (canvas, place) =>
        lines
          ? drawMosaicLines(canvas, values, place, { tops, colour }, null)
          : drawMosaic(canvas, values, place, { tops, signed, photo }),
      lit,
      drawLit: (canvas, place) =>
        lines
          ? drawMosaicLines(canvas, values, place, { tops, colour }, lit ?? none)
          : drawMosaicVeil(canvas, values, place, lit ?? none, themeColours().ground),
      lines,
      pointed: (across, down) => tokens && pointedTokens(tokens, lines, across, down),
      told: (layer, head) => (tokens && lit && units ? toldOf(tokens, lit, layer, head, (side, i) => nameOf(units[side].labels[units[side].unitOf[i]!]?.text, i)) : ''), // prettier-ignore
    };
  }, [tiles, tops, drawn, lit, units, photo, view.quantity, lines, ground]);
}

const nameOf = (text: string | undefined, token: number): string => text ?? `${token}`;

interface Shown {
  readonly values: TileValues;
  /** What stands at rows and columns; null: patches. */
  readonly tokens: Tiles | null;
}

function shownValues(
  { matrices, rows }: HeadThumbnails,
  units: ReturnType<typeof layerUnits>,
  photo: TilePhoto | null,
  { quantity }: HeadsView,
): Shown | null {
  if (photo) {
    const [layers, heads] = rows.dims as readonly [number, number, number];
    return { values: { layers, heads, rows: photo.grid[0], columns: photo.grid[1], data: rows.data }, tokens: null };
  }
  if (!units) {
    const [layers, heads, height, width] = matrices.dims as readonly [number, number, number, number];
    return { values: { layers, heads, rows: height, columns: width, data: matrices.data }, tokens: null };
  }
  const tiles = unitTiles({ matrices }, units.query, units.key, mergingOf(quantity));
  return tiles.rows > 0 && tiles.columns > 0 ? { values: tiles, tokens: tiles } : null;
}

/** Items that are compared have one scale, head by head. */
function comparedTops(values: TileValues, items: readonly HeadsItem[], item: number, view: HeadsView): Float64Array {
  const signed = signedQuantity(view.quantity);
  const tops = tileTops(values, view.scale, signed);
  items.forEach(({ thumbnails, sides }, other) => {
    if (other === item || thumbnails?.kind !== 'here' || !sides) return;
    const units = layerUnits(sides, view);
    if (!units) return;
    const theirs = unitTiles(thumbnails.value, units.query, units.key, mergingOf(view.quantity));
    if (theirs.layers !== values.layers || theirs.heads !== values.heads) return;
    tileTops(theirs, view.scale, signed).forEach((top, i) => (tops[i] = Math.max(tops[i]!, top)));
  });
  return tops;
}

function litPlaces(tiles: Tiles | null, hover: HeadsHover | null): LitPlaces | null {
  if (!tiles || !hover) return null;
  const lit =
    hover.kind === 'cell'
      ? { queries: placesOf(tiles.queries, [hover.query]), keys: placesOf(tiles.keys, [hover.key]) }
      : hover.side === 'query'
        ? { queries: placesOf(tiles.queries, hover.tokens), keys: [] }
        : { queries: [], keys: placesOf(tiles.keys, hover.tokens) };
  return lit.queries.length + lit.keys.length > 0 ? lit : null;
}

/** In a matrix an entry; between lines the query on the left half, the key on the right. */
function pointedTokens({ queries, keys }: Tiles, lines: boolean, across: number, down: number): HeadsHover | null {
  const at = (places: readonly (readonly number[])[], share: number) =>
    places[Math.min(places.length - 1, Math.max(0, Math.floor(share * places.length)))];
  if (!lines) {
    const [query, key] = [at(queries, down)?.[0], at(keys, across)?.[0]];
    return query === undefined || key === undefined ? null : { kind: 'cell', query, key };
  }
  const side = across < 0.5 ? 'query' : 'key';
  const tokens = at(side === 'query' ? queries : keys, down);
  return tokens ? { kind: 'tokens', side, tokens } : null;
}

function toldOf(
  { heads, rows, columns, data, queries, keys, exact }: Tiles,
  lit: LitPlaces,
  layer: number,
  head: number,
  name: (side: 'query' | 'key', token: number) => string,
): string {
  const from = (layer * heads + head) * rows * columns;
  const [rowsLit, columnsLit] = [all(lit.queries, rows), all(lit.keys, columns)];
  let best: { readonly row: number; readonly column: number; readonly value: number } | null = null;
  for (const row of rowsLit)
    for (const column of columnsLit) {
      const value = data[from + row * columns + column]!;
      if (!best || Math.abs(value) > Math.abs(best.value)) best = { row, column, value };
    }
  if (!best) return '';
  const some = exact ? '' : '…';
  const [query, key] = [queries[best.row]![0]!, keys[best.column]![0]!];
  return `${name('query', query)}${some} → ${name('key', key)}${some} ${valueText(best.value)}`;
}

/** What is lit, or everything where that side is open. */
const all = (lit: readonly number[], count: number): readonly number[] =>
  lit.length > 0 ? lit : Array.from({ length: count }, (_, i) => i);

const end = (share: number): string => {
  const [r, g, b] = colourAt(diverging, share);
  return `rgb(${r} ${g} ${b})`;
};
/** The diverging map has its extremes dark or bright at both ends: lines have the hues of its quarters, seen on either ground. */
const signColours = {
  dark: { positive: end(0.9), negative: end(0.1) },
  light: { positive: end(0.9), negative: end(0.1) },
} as const;
