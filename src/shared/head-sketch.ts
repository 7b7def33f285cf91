import { blockExtremes, blocksOf } from './head-matrix';
import type { HeadTensors } from './heads-data';
import type { Matrix } from './matrix';
import { floatTensor, type FloatTensor } from './tensor';

/**
 * A layer's heads on their way to a page: the numbers of some heads and, for a quarter of the bytes or less, pictures of the others. Each entry
 * of a picture is one of 256 steps up to the head's largest, as a colour map has 256 colours, so that a head on its own scale looks the same. Of
 * a long text a picture has the blocks that are drawn of it, and no more.
 */
export interface HeadSketch {
  /** [heads, queries, keys] */
  readonly dims: readonly number[];
  /** The heads whose attention is here in numbers, in ascending order. */
  readonly exact: readonly number[];
  /** [exact heads, queries, keys] */
  readonly numbers: Float32Array;
  /** Of each other head, its largest entry: step 255. */
  readonly tops: Float32Array;
  /** Blocks of a picture down and across: at most queries and keys. */
  readonly blocks: readonly [number, number];
  /** [other heads, blocks down, blocks across] */
  readonly steps: Uint8Array;
  /** Of all heads; null: not asked for. */
  readonly gradient: FloatTensor | null;
}

/** Less than this, in bytes, is sent in numbers: 73 tokens and 12 heads. */
const worthwhile = 1 << 18;

/** A head that is not enlarged is drawn as so many blocks across and down at most, of larger ones by `blockExtremes`. */
export const tileSide = 120;

/** @param exact how many heads are needed in numbers */
export const sketchPays = (heads: number, queries: number, keys: number, exact: number): boolean =>
  4 * heads * queries * keys >= worthwhile && 2 * exact <= heads;

/**
 * @param wanted heads that are needed in numbers, one beyond the last standing for the last, as it does for a cursor; null: all
 * @param side blocks that a picture has at most across and down
 */
export function sketchHeads(
  { attention, gradient }: HeadTensors,
  wanted: readonly number[] | null,
  side = tileSide,
): HeadSketch {
  const { dims, data } = attention;
  const [heads, queries, keys] = dims as readonly [number, number, number];
  const size = queries * keys;
  const exact = wanted ? [...new Set(wanted.map((head) => Math.min(head, heads - 1)))].sort((a, b) => a - b) : upTo(heads); // prettier-ignore
  const others = othersThan(exact, heads);
  const of = (head: number) => data.subarray(head * size, (head + 1) * size);

  const numbers = others.length > 0 ? new Float32Array(exact.length * size) : data;
  if (numbers !== data) exact.forEach((head, i) => numbers.set(of(head), i * size));
  const blocks = [Math.min(queries, side), Math.min(keys, side)] as const;
  const count = blocks[0] * blocks[1];
  const tops = new Float32Array(others.length);
  const steps = new Uint8Array(others.length * count);
  others.forEach((head, i) => {
    const picture = blockExtremes({ rows: queries, columns: keys, data: of(head) }, ...blocks);
    tops[i] = stepsOf(picture.data, steps.subarray(i * count, (i + 1) * count));
  });
  return { dims, exact, numbers, tops, blocks, steps, gradient };
}

/** @returns the largest entry. Plain loops, and no call for each entry: this is in the way of every keystroke. */
function stepsOf(entries: Matrix['data'], steps: Uint8Array): number {
  let top = 0;
  for (let j = 0; j < entries.length; j++) if (entries[j]! > top) top = entries[j]!;
  const perUnit = top > 0 ? 255 / top : 0;
  // What is written into bytes loses its fraction.
  for (let j = 0; j < entries.length; j++) steps[j] = entries[j]! * perUnit + 0.5;
  return top;
}

/** The heads again: the exact ones as they were, each block of the others within 1/510 of its head's largest. */
export function sketchedHeads({ dims, exact, numbers, tops, blocks, steps, gradient }: HeadSketch): HeadTensors {
  const [heads, queries, keys] = dims as readonly [number, number, number];
  const others = othersThan(exact, heads);
  if (others.length === 0) return { attention: floatTensor(dims, numbers), gradient };
  const size = queries * keys;
  const data = new Float32Array(heads * size);
  exact.forEach((head, i) => data.set(numbers.subarray(i * size, (i + 1) * size), head * size));
  const [down, across] = [blocksOf(queries, blocks[0]), blocksOf(keys, blocks[1])];
  others.forEach((head, i) => {
    const unit = tops[i]! / 255;
    const picture = i * blocks[0] * blocks[1];
    let to = head * size;
    for (const row of down) {
      const from = picture + row * blocks[1];
      for (let k = 0; k < keys; k++) data[to++] = steps[from + across[k]!]! * unit;
    }
  });
  return { attention: floatTensor(dims, data), gradient };
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

const othersThan = (exact: readonly number[], heads: number): readonly number[] =>
  upTo(heads).filter((head) => !exact.includes(head));
