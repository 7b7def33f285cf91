import type { Grid } from '../../src/shared/geometry';
import type { Matrix } from '../../src/shared/matrix';
import { heatTop } from '../../src/shared/scale';
import { drawMatrix, type MatrixColours } from './matrix';
import { sized } from './photo';

/** Where the tiles of all heads lie, in CSS pixels: a row for each layer. */
export interface MosaicPlace {
  readonly layers: number;
  readonly heads: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly gap: number;
}

export const mosaicSize = ({ layers, heads, tileWidth, tileHeight, gap }: MosaicPlace) => ({
  width: heads * (tileWidth + gap) - gap,
  height: layers * (tileHeight + gap) - gap,
});

/** The picture of every head: [layers, heads, rows, columns]. */
export interface TileValues {
  readonly layers: number;
  readonly heads: number;
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** A photo on which the rows of heads over patches lie; the same object for the same photo. */
export interface TilePhoto {
  /** Width ÷ height. */
  readonly aspect: number;
  /** [rows, columns] of the patches. */
  readonly grid: Grid;
  readonly draw: (context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number) => void;
  /** A map over patches as a canvas of a pixel each, transparent where it is zero; good until it is called again. */
  readonly heat: (map: ArrayLike<number>, grid: Grid, colours: MatrixColours) => HTMLCanvasElement;
}

const tileOf = ({ heads, rows, columns, data }: TileValues, layer: number, head: number): Float32Array => {
  const at = (layer * heads + head) * rows * columns;
  return data.subarray(at, at + rows * columns);
};

/** The value of the last colour of each tile, [layers, heads]: of the head, or of its layer. */
export function tileTops(tiles: TileValues, scale: 'head' | 'layer', signed: boolean): Float64Array {
  const { layers, heads } = tiles;
  const tops = Float64Array.from({ length: layers * heads }, (_, i) => heatTop(tileOf(tiles, Math.floor(i / heads), i % heads), signed)); // prettier-ignore
  if (scale === 'head') return tops;
  for (let layer = 0; layer < layers; layer++) {
    const own = tops.subarray(layer * heads, (layer + 1) * heads);
    own.fill(Math.max(0, ...own));
  }
  return tops;
}

/** A canvas in CSS pixels of the place, empty. */
export function mosaicContext(canvas: HTMLCanvasElement, place: MosaicPlace): CanvasRenderingContext2D {
  const { width, height } = mosaicSize(place);
  const dense = devicePixelRatio;
  sized(canvas, { width: width * dense, height: height * dense });
  const context = canvas.getContext('2d')!;
  context.setTransform(dense, 0, 0, dense, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** For every tile its corner. */
export function eachTile(
  { layers, heads, tileWidth, tileHeight, gap }: MosaicPlace,
  visit: (layer: number, head: number, x: number, y: number) => void,
): void {
  for (let layer = 0; layer < layers; layer++)
    for (let head = 0; head < heads; head++) visit(layer, head, head * (tileWidth + gap), layer * (tileHeight + gap));
}

/**
 * All layers × heads on one canvas: hundreds of canvases would take longer to lay out than this takes to draw.
 *
 * @param photo behind tiles of its grid; null: tiles are matrices
 */
export function drawMosaic(
  canvas: HTMLCanvasElement,
  tiles: TileValues,
  place: MosaicPlace,
  { tops, signed, photo }: { readonly tops: Float64Array; readonly signed: boolean; readonly photo: TilePhoto | null },
): void {
  const { tileWidth, tileHeight } = place;
  const { rows, columns } = tiles;
  const context = mosaicContext(canvas, place);
  const atlas = normalised(tiles, tops);
  const source = photo
    ? photo.heat(atlas.data, [atlas.rows, atlas.columns], { top: 1, signed })
    : matrixCanvas(atlas, signed);
  eachTile(place, (layer, head, x, y) => {
    photo?.draw(context, x, y, tileWidth, tileHeight);
    context.imageSmoothingEnabled = false;
    context.drawImage(source, head * columns, layer * rows, columns, rows, x, y, tileWidth, tileHeight);
  });
}

function matrixCanvas(atlas: Matrix, signed: boolean): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  drawMatrix(canvas, atlas, { top: 1, signed });
  return canvas;
}

/** [layers, heads, rows, columns] as one matrix [layers × rows, heads × columns], each tile divided by its top. */
function normalised(tiles: TileValues, tops: Float64Array): Matrix {
  const { layers, heads, rows, columns } = tiles;
  const out = new Float32Array(layers * heads * rows * columns);
  for (let layer = 0; layer < layers; layer++)
    for (let head = 0; head < heads; head++) {
      const values = tileOf(tiles, layer, head);
      const top = tops[layer * heads + head]! || 1;
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++)
          out[(layer * rows + row) * heads * columns + head * columns + column] = values[row * columns + column]! / top;
    }
  return { rows: layers * rows, columns: heads * columns, data: out };
}
