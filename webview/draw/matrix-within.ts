import { blockExtremes } from '../../src/shared/head-matrix';
import { tileSide } from '../../src/shared/head-sketch';
import type { Matrix } from '../../src/shared/matrix';
import { drawMatrix, type MatrixColours } from './matrix';

/** Of each matrix that was drawn small, the last size it was drawn in. */
const small = new WeakMap<Matrix, { readonly side: number; readonly shrunk: Matrix }>();

/** A matrix that has more entries across than there are pixels, by the extremes of its blocks. */
export function drawMatrixWithin(
  canvas: HTMLCanvasElement,
  matrix: Matrix,
  colours: MatrixColours,
  side = tileSide,
): void {
  if (Math.max(matrix.rows, matrix.columns) <= side) return drawMatrix(canvas, matrix, colours);
  let kept = small.get(matrix);
  if (kept?.side !== side) small.set(matrix, (kept = { side, shrunk: blockExtremes(matrix, side, side) }));
  drawMatrix(canvas, kept.shrunk, colours);
}
