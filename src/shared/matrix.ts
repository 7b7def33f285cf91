import type { FloatTensor } from './tensor';

/** Row-major [rows, columns]. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array | Float64Array;
}

/** Sums run in float64 whatever the tensors are: a relevance of many layers adds many small numbers to a 1. */
export const zeros = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: new Float64Array(rows * columns),
});

export function identity(size: number): Matrix {
  const eye = zeros(size, size);
  for (let i = 0; i < size; i++) eye.data[i * size + i] = 1;
  return eye;
}

/** Entry k of a tensor [K, rows, columns], as a view; a tensor with one entry gives it for every k. */
export function entry({ dims, data }: FloatTensor, k: number): Matrix {
  const [entries, rows, columns] = dims as readonly [number, number, number];
  const at = entries === 1 ? 0 : k * rows * columns;
  return { rows, columns, data: data.subarray(at, at + rows * columns) };
}

export const row = ({ columns, data }: Matrix, index: number): Float32Array | Float64Array =>
  data.subarray(index * columns, (index + 1) * columns);

/** v: [n], m: [n, columns] → v·m: [columns]. */
export function rowTimes(v: ArrayLike<number>, { rows, columns, data }: Matrix): Float64Array {
  const out = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    const vi = v[i]!;
    // A read-out row is mostly zeros at first (one-hot, or masked), and a zero row costs nothing this way.
    if (vi === 0) continue;
    for (let j = 0, at = i * columns; j < columns; j++, at++) out[j]! += vi * data[at]!;
  }
  return out;
}

/** a: [m, n], b: [n, p] → a·b: [m, p]. */
export function product(a: Matrix, b: Matrix): Matrix {
  const out = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++) out.set(rowTimes(row(a, i), b), i * b.columns);
  return { rows: a.rows, columns: b.columns, data: out };
}

/** [m, n] → [n, m]. */
export function transposed({ rows, columns, data }: Matrix): Matrix {
  const out = zeros(columns, rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out.data[j * rows + i] = data[i * columns + j]!;
  return out;
}

/** a + b, both [rows, columns]. */
export const sum = (a: Matrix, b: Matrix): Matrix => ({
  rows: a.rows,
  columns: a.columns,
  data: Float64Array.from(a.data, (value, i) => value + b.data[i]!),
});
