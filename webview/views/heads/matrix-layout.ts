import type { Axis } from '../../../src/shared/axis';
import { displayWidth } from '../../../src/shared/width';

/** Where a matrix and its labels lie, in CSS pixels. */
export interface MatrixLayout {
  /** Of one entry; below 1 where a large matrix is fitted. Entries are square except in a matrix of very few rows. */
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly width: number;
  readonly height: number;
  /** Room for the row labels on the left and the column labels below. */
  readonly left: number;
  readonly below: number;
}

/** Of the letters of labels, which are of --small size. */
const letter = 6.4;
const longestLabel = 92;
const largestCell = 40;
/** A matrix is no wider than this by itself; one of many tokens gets more, so that an entry still has a pixel. */
const widest = 440;
const widestLarge = 640;
const flattest = 24;

const widths = new WeakMap<Axis, number>();

/** Telling wide letters from narrow ones takes longer than a frame for many tokens, so that it is done once. */
function labelWidth(axis: Axis): number {
  const known = widths.get(axis);
  if (known !== undefined) return known;
  const letters = Math.max(3, ...axis.marks.map(({ text }) => displayWidth(text.slice(0, 40))));
  const width = Math.min(longestLabel, Math.ceil(8 + letter * letters));
  widths.set(axis, width);
  return width;
}

/**
 * @param available pixels across, labels included
 * @param zoom pixels of an entry; null: what fits
 */
export function matrixLayout(rows: Axis, columns: Axis, available: number, zoom: number | null): MatrixLayout {
  const left = labelWidth(rows);
  const below = columns.kind === 'tokens' ? Math.ceil(0.71 * labelWidth(columns)) + 14 : 18;
  const room = Math.max(40, Math.min(available - left - 2, columns.count > widest ? widestLarge : widest));
  const fitted = Math.min(largestCell, room / columns.count);
  const cell = zoom ?? (fitted >= 1 ? Math.floor(fitted) : fitted);
  const tall = rows.count < 3 ? Math.max(cell, flattest) : cell;
  return { cellWidth: cell, cellHeight: tall, width: cell * columns.count, height: tall * rows.count, left, below };
}

/** Zoom makes sense where entries are small; so many pixels an entry may have. */
const zooms: readonly number[] = [1, 2, 4, 8, 16];

/** One step closer or farther from what is shown now; null: fitted again. */
export function zoomed(shown: number, step: 1 | -1): number | null {
  const next = step > 0 ? zooms.find((zoom) => zoom > shown) : zooms.findLast((zoom) => zoom < shown);
  return next ?? (step > 0 ? zooms.at(-1)! : null);
}
