import type { Axis } from './axis';
import type { Matrix } from './matrix';

/**
 * A line for each query, a column for each key, values as exact as float32 has them. Names are quoted; one that begins as a formula
 * gets an apostrophe, so that no spreadsheet computes a token.
 */
export function matrixCsv({ rows, columns, data }: Matrix, rowAxis: Axis, columnAxis: Axis): string {
  const head = ['query', ...Array.from({ length: columns }, (_, key) => columnAxis.name(key))];
  const lines = [head.map(field).join(',')];
  for (let query = 0; query < rows; query++) {
    const values = Array.from(data.subarray(query * columns, (query + 1) * columns), float);
    lines.push([field(rowAxis.name(query)), ...values].join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

const field = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/** Nine digits tell every float32 apart. */
const float = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(9))) : '');
