import { diverging } from '../../src/shared/colour/maps';
import type { ColourTable } from '../../src/shared/colour/table';
import { viridis } from '../../src/shared/colour/viridis';
import type { Matrix } from '../../src/shared/matrix';
import { sized } from './photo';

/** Matrices and heads have one map whatever the picture has: viridis, as the tutorials of BERT draw them; signed values the diverging one. */
export const headTable = (signed: boolean): ColourTable => (signed ? diverging : viridis);

const opaque = new WeakMap<ColourTable, Uint32Array>();

/** The table's colours as pixels of four bytes. */
function tablePixels(table: ColourTable): Uint32Array {
  const known = opaque.get(table);
  if (known) return known;
  const bytes = new Uint8Array(4 * 256);
  for (let i = 0; i < 256; i++) bytes.set([table[3 * i]!, table[3 * i + 1]!, table[3 * i + 2]!, 255], 4 * i);
  const pixels = new Uint32Array(bytes.buffer);
  opaque.set(table, pixels);
  return pixels;
}

export interface MatrixColours {
  /** The value of the last colour; not positive: everything has the colour of zero. */
  readonly top: number;
  readonly signed: boolean;
}

/** RGBA, one pixel for each entry; what is no number has the colour of zero. */
function matrixPixels({ rows, columns, data }: Matrix, { top, signed }: MatrixColours): ImageData {
  const colours = tablePixels(headTable(signed));
  const pixels = new Uint32Array(rows * columns);
  const gain = top > 0 && Number.isFinite(top) ? 255 / (signed ? 2 * top : top) : 0;
  const zero = (signed ? 127.5 : 0) + 0.5;
  const neutral = colours[signed ? 128 : 0]!;
  for (let i = 0; i < pixels.length; i++) {
    const level = data[i]! * gain + zero;
    pixels[i] = level >= 256 ? colours[255]! : level >= 0 ? colours[level | 0]! : level < 0 ? colours[0]! : neutral;
  }
  return new ImageData(new Uint8ClampedArray(pixels.buffer), columns, rows);
}

/** The whole matrix on the whole canvas, an entry a pixel; style sheets enlarge it without smoothing (`.cells`). */
export function drawMatrix(canvas: HTMLCanvasElement, matrix: Matrix, colours: MatrixColours): void {
  sized(canvas, { width: matrix.columns, height: matrix.rows });
  canvas.getContext('2d')!.putImageData(matrixPixels(matrix, colours), 0, 0);
}

/** The matrix as a data URI, an entry a pixel. */
export function matrixPng(matrix: Matrix, colours: MatrixColours): string {
  const canvas = document.createElement('canvas');
  drawMatrix(canvas, matrix, colours);
  return canvas.toDataURL('image/png');
}
