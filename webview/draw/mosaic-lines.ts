import { eachTile, mosaicContext, type MosaicPlace, type TileValues } from './mosaic';

/** Rows of tiles that are lit: of the lit ones alone lines are drawn. */
export interface LitPlaces {
  readonly queries: readonly number[];
  readonly keys: readonly number[];
}

export interface LineColours {
  /** The value of the strongest line of each tile, [layers, heads]. */
  readonly tops: Float64Array;
  /** Of a head's lines. */
  readonly colour: (head: number, negative: boolean) => string;
}

/** Fainter lines than this share of a tile's top are not drawn; and of a tile no more than so many. */
const faintest = 0.04;
const mostLines = 140;
const levels = 8;
/** Between a tile's edge and its lines. */
const inset = 3;

interface Line {
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

/** Every head as a small head view: queries on the left, keys on the right, opaque by value ÷ top. */
export function drawMosaicLines(
  canvas: HTMLCanvasElement,
  tiles: TileValues,
  place: MosaicPlace,
  { tops, colour }: LineColours,
  lit: LitPlaces | null,
): void {
  const { tileWidth, tileHeight } = place;
  const context = mosaicContext(canvas, place);
  // Lines of many tokens are thin, or a tile would be one surface.
  context.lineWidth = Math.min(1.2, Math.max(0.35, (0.5 * tileHeight) / Math.max(tiles.rows, tiles.columns)));
  eachTile(place, (layer, head, x, y) => {
    const top = tops[layer * tiles.heads + head]!;
    const at = (i: number, count: number): number => y + inset + ((i + 0.5) / count) * (tileHeight - 2 * inset);
    const strokes = new Map<number, Line[]>();
    for (const line of visible(tiles, layer * tiles.heads + head, top, lit)) {
      const level = Math.ceil((levels * Math.abs(line.value)) / top) * Math.sign(line.value);
      const own = strokes.get(level) ?? [];
      strokes.set(level, own);
      own.push(line);
    }
    for (const [level, lines] of [...strokes].sort(([a], [b]) => Math.abs(a) - Math.abs(b))) {
      context.strokeStyle = colour(head, level < 0);
      context.globalAlpha = Math.abs(level) / levels;
      context.beginPath();
      for (const { row, column } of lines) {
        context.moveTo(x + inset, at(row, tiles.rows));
        context.lineTo(x + tileWidth - inset, at(column, tiles.columns));
      }
      context.stroke();
    }
  });
  context.globalAlpha = 1;
}

/** The lines of one tile that can be seen, the strongest of too many. */
function visible(
  { rows, columns, data }: TileValues,
  tile: number,
  top: number,
  lit: LitPlaces | null,
): readonly Line[] {
  // prettier-ignore
  if (!(top > 0)) return [];
  const lines: Line[] = [];
  const from = tile * rows * columns;
  const add = (row: number, column: number): void => {
    const value = data[from + row * columns + column]!;
    if (Math.abs(value) >= faintest * top) lines.push({ row, column, value });
  };
  if (lit) {
    for (const row of lit.queries) for (let column = 0; column < columns; column++) add(row, column);
    for (const column of lit.keys)
      for (let row = 0; row < rows; row++) if (!lit.queries.includes(row)) add(row, column);
    return lines;
  }
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) add(row, column);
  if (lines.length <= mostLines) return lines;
  return lines.sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, mostLines);
}

/** All of every tile but its lit rows and columns under a veil. */
export function drawMosaicVeil(
  canvas: HTMLCanvasElement,
  { rows, columns }: Pick<TileValues, 'rows' | 'columns'>,
  place: MosaicPlace,
  lit: LitPlaces,
  ground: string,
): void {
  const { tileWidth, tileHeight } = place;
  const context = mosaicContext(canvas, place);
  context.fillStyle = ground;
  const band = (i: number, count: number, size: number): readonly [number, number] => {
    // A row of less than two pixels could not be found.
    const thick = Math.max(2, size / count);
    return [((i + 0.5) / count) * size - thick / 2, thick];
  };
  eachTile(place, (_, __, x, y) => {
    context.globalAlpha = 0.55;
    context.fillRect(x, y, tileWidth, tileHeight);
    for (const row of lit.queries) {
      const [from, size] = band(row, rows, tileHeight);
      context.clearRect(x, y + from, tileWidth, size);
    }
    for (const column of lit.keys) {
      const [from, size] = band(column, columns, tileWidth);
      context.clearRect(x + from, y, size, tileHeight);
    }
  });
  context.globalAlpha = 1;
}
