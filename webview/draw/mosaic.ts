import type { HeadThumbnails } from '../../src/shared/heads-data';
import type { Matrix } from '../../src/shared/matrix';
import type { PanelImage } from '../../src/shared/panel-protocol';
import { heatTop } from '../../src/shared/scale';
import { drawMatrix } from './matrix';
import { greyCrop, patchPixels, pixelCanvas } from './patch-heat';
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

export interface MosaicChoice {
  readonly signed: boolean;
  readonly scale: 'head' | 'layer';
  /** Rows over the patches on this image; null: matrices. */
  readonly image: PanelImage | null;
}

/** All layers × heads on one canvas: hundreds of canvases would take longer to lay out than this takes to draw. */
export function drawMosaic(
  canvas: HTMLCanvasElement,
  thumbnails: HeadThumbnails,
  place: MosaicPlace,
  { signed, scale, image }: MosaicChoice,
): void {
  const { layers, heads, tileWidth, tileHeight, gap } = place;
  const { width, height } = mosaicSize(place);
  const dense = devicePixelRatio;
  sized(canvas, { width: width * dense, height: height * dense });
  const context = canvas.getContext('2d')!;
  context.setTransform(dense, 0, 0, dense, 0, 0);
  context.clearRect(0, 0, width, height);
  const grid = image ? image.explained.grid : ([thumbnails.matrices.dims[2]!, thumbnails.matrices.dims[3]!] as const);
  const atlas = normalised(image ? thumbnails.rows.data : thumbnails.matrices.data, layers, heads, grid, signed, scale);
  const [rows, columns] = grid;
  const source = image
    ? pixelCanvas(patchPixels(atlas.data, [atlas.rows, atlas.columns], { top: 1, signed }))
    : matrixCanvas(atlas, signed);
  for (let layer = 0; layer < layers; layer++)
    for (let head = 0; head < heads; head++) {
      const [x, y] = [head * (tileWidth + gap), layer * (tileHeight + gap)];
      if (image) {
        context.imageSmoothingEnabled = true;
        context.drawImage(greyCrop(image), x, y, tileWidth, tileHeight);
      }
      context.imageSmoothingEnabled = false;
      context.drawImage(source, head * columns, layer * rows, columns, rows, x, y, tileWidth, tileHeight);
    }
}

function matrixCanvas(atlas: Matrix, signed: boolean): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  drawMatrix(canvas, atlas, { top: 1, signed });
  return canvas;
}

/** [layers, heads, rows, columns] as one matrix [layers × rows, heads × columns], each head divided by its top or its layer's. */
function normalised(
  data: Float32Array,
  layers: number,
  heads: number,
  [rows, columns]: readonly [number, number],
  signed: boolean,
  scale: 'head' | 'layer',
): Matrix {
  const size = rows * columns;
  const out = new Float32Array(layers * heads * size);
  for (let layer = 0; layer < layers; layer++) {
    const of = (head: number) => data.subarray((layer * heads + head) * size, (layer * heads + head + 1) * size);
    const tops = Array.from({ length: heads }, (_, head) => heatTop(of(head), signed));
    const largest = Math.max(0, ...tops);
    for (let head = 0; head < heads; head++) {
      const values = of(head);
      const top = (scale === 'head' ? tops[head]! : largest) || 1;
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++)
          out[(layer * rows + row) * heads * columns + head * columns + column] = values[row * columns + column]! / top;
    }
  }
  return { rows: layers * rows, columns: heads * columns, data: out };
}
