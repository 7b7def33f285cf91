import type { ExplanationRows } from './explanation';
import { row, rowTimes, type Matrix } from './matrix';
import { keptRow } from './rows';

/**
 * One head's row over the patches: what is laid over the picture.
 *
 * @param head [queries, keys] of the vision tower
 * @param query whose row; null: the row that is read out. That is CLS, or the only row of a pooling head; a block below a pooling head
 * has none, and its rows are weighed by the head's mean attention, as raw attention is (see `readOutRow`)
 * @returns [patches], a view where it can be
 */
export function patchRow({ vision }: ExplanationRows, head: Matrix, query: number | null): ArrayLike<number> {
  const own = head.rows === 1 ? 0 : (query ?? (vision.readOut === 'cls' ? 0 : null));
  if (own !== null) return row(head, own).subarray(vision.prefix);
  const known = weighed.get(head);
  if (known) return known;
  const weights = keptRow(vision, 'raw', { first: vision.layers, last: vision.layers }, 0);
  const made = rowTimes(weights, head).subarray(vision.prefix);
  weighed.set(head, made);
  return made;
}

const weighed = new WeakMap<Matrix, Float64Array>();
