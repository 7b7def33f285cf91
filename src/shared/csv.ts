/** A cell; a number is written in full, and one that is none as nothing. */
export type CsvCell = string | number;

/** RFC 4180: lines end with CRLF, a cell with a comma, a quote or a line break is quoted, a quote is doubled. */
export const csvText = (rows: readonly (readonly CsvCell[])[]): string =>
  rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');

function cell(value: CsvCell): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return /[",\r\n]|^\s|\s$/u.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
