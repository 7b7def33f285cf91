import { gradientOf } from './head-matrix';
import type { HeadQuantity, HeadTensors } from './heads-data';
import { rowTimes } from './matrix';
import { floatTensor, type FloatTensor } from './tensor';

/** Of thumbnails, in cells. */
const largestSide = 48;

/** Which of `blocks` equal blocks position i of `count` lies in. */
export const blockOf = (i: number, count: number, blocks: number): number => Math.floor((i * blocks) / count);

/** The side of thumbnails of a matrix of this size: of so many queries, or keys. */
export const thumbnailSide = (size: number): number => Math.min(size, largestSide);

/** What a view shows of a layer's heads: A, ∇A, or A ⊙ ∇A; [heads, queries, keys]. */
export function headValues(quantity: HeadQuantity, tensors: HeadTensors): FloatTensor {
  const { attention } = tensors;
  if (quantity === 'attention') return attention;
  const gradient = gradientOf(tensors);
  if (quantity === 'gradient') return gradient;
  return floatTensor(
    attention.dims,
    attention.data.map((a, i) => a * gradient.data[i]!),
  );
}

/**
 * Every head's matrix as rows × columns blocks, each shown by its entry of the largest magnitude with its sign: a mean would lose a
 * diagonal, which is one entry in a block's dozen.
 *
 * @param values [heads, queries, keys]
 * @param rows no more than queries
 * @param columns no more than keys
 * @returns [heads, rows, columns]
 */
export function shrinkHeads({ dims, data }: FloatTensor, rows: number, columns = rows): Float32Array {
  const [heads, queries, keys] = dims as readonly [number, number, number];
  const out = new Float32Array(heads * rows * columns);
  const column = Uint16Array.from({ length: keys }, (_, j) => blockOf(j, keys, columns));
  for (let h = 0, at = 0; h < heads; h++)
    for (let i = 0; i < queries; i++) {
      const block = (h * rows + blockOf(i, queries, rows)) * columns;
      for (let j = 0; j < keys; j++, at++) {
        const to = block + column[j]!;
        if (Math.abs(data[at]!) > Math.abs(out[to]!)) out[to] = data[at]!;
      }
    }
  return out;
}

/**
 * The row of every head that is read: v·M, where v is one-hot at the read-out row, or, behind a pooling head, that head's mean
 * attention over the tokens, as `readOutRow` weighs a block's rows.
 *
 * @param values [heads, queries, keys]
 * @param v [queries]
 * @param prefix leading keys that are left out
 * @returns [heads, keys − prefix]
 */
export function readOutRows({ dims, data }: FloatTensor, v: ArrayLike<number>, prefix: number): Float32Array {
  const [heads, queries, keys] = dims as readonly [number, number, number];
  const shown = keys - prefix;
  const out = new Float32Array(heads * shown);
  for (let h = 0; h < heads; h++) {
    const at = h * queries * keys;
    const matrix = { rows: queries, columns: keys, data: data.subarray(at, at + queries * keys) };
    out.set(rowTimes(v, matrix).subarray(prefix), h * shown);
  }
  return out;
}
