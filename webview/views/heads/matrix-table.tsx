import { useState } from 'preact/hooks';
import type { Axis } from '../../../src/shared/axis';
import { matrixCsv } from '../../../src/shared/matrix-csv';
import { valueText } from '../../../src/shared/format';
import type { Matrix } from '../../../src/shared/matrix';
import { Button } from '../../ui/controls';
import { useHeadsSource } from './source';

/** A table of more entries would take the page seconds to lay out. */
const mostEntries = 70 * 70;

/** A matrix as numbers, on demand. Of a large one the row that is looked at; the file has it whole. */
export function MatrixTable({
  matrix,
  rowAxis,
  columnAxis,
  query,
  name,
}: {
  readonly matrix: Matrix;
  readonly rowAxis: Axis;
  readonly columnAxis: Axis;
  /** The row that is shown of a large matrix. */
  readonly query: number;
  /** Of the file. */
  readonly name: string;
}) {
  const [open, setOpen] = useState(false);
  const whole = matrix.rows * matrix.columns <= mostEntries;
  return (
    <details class="table-alternative" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Table</summary>
      {open && (
        <>
          <Copy text={() => matrixCsv(matrix, rowAxis, columnAxis)} name={`${name.replaceAll(', ', ' ')}.csv`} />
          {whole ? (
            <WholeTable matrix={matrix} rowAxis={rowAxis} columnAxis={columnAxis} name={name} />
          ) : (
            <RowTable
              matrix={matrix}
              rowAxis={rowAxis}
              columnAxis={columnAxis}
              query={Math.min(query, matrix.rows - 1)}
            />
          )}
        </>
      )}
    </details>
  );
}

interface Tabled {
  readonly matrix: Matrix;
  readonly rowAxis: Axis;
  readonly columnAxis: Axis;
}

const WholeTable = ({ matrix, rowAxis, columnAxis, name }: Tabled & { readonly name: string }) => (
  <div class="table-frame" tabIndex={0} role="region" aria-label={name}>
    <table>
      <thead>
        <tr>
          <th scope="col">query ↓ key →</th>
          {Array.from({ length: matrix.columns }, (_, key) => (
            <th scope="col" key={key}>
              <bdi>{columnAxis.name(key)}</bdi>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: matrix.rows }, (_, query) => (
          <tr key={query}>
            <th scope="row">
              <bdi>{rowAxis.name(query)}</bdi>
            </th>
            {Array.from({ length: matrix.columns }, (_, key) => (
              <td class="number" key={key}>
                {valueText(matrix.data[query * matrix.columns + key]!)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** Strongest first. */
function RowTable({ matrix, rowAxis, columnAxis, query }: Tabled & { readonly query: number }) {
  const values = matrix.data.subarray(query * matrix.columns, (query + 1) * matrix.columns);
  const order = Array.from(values, (_, key) => key).sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!));
  return (
    <>
      <p class="small quiet">
        {matrix.rows} × {matrix.columns} entries are too many for a table: this is the row of{' '}
        <bdi>{rowAxis.name(query)}</bdi>, strongest first. The CSV has all of them.
      </p>
      <div class="table-frame" tabIndex={0} role="region" aria-label={`The row of ${rowAxis.name(query)}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">key</th>
              <th scope="col">value</th>
            </tr>
          </thead>
          <tbody>
            {order.map((key) => (
              <tr key={key}>
                <th scope="row">
                  <bdi>{columnAxis.name(key)}</bdi>
                </th>
                <td class="number">{valueText(values[key]!)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Copy({ text, name }: { readonly text: () => string; readonly name: string }) {
  const source = useHeadsSource();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    const csv = text();
    try {
      await navigator.clipboard.writeText(csv);
      setCopied(true);
    } catch {
      // Without the clipboard's permission a file is the way.
      await source.save(name, csv);
    }
  };
  return (
    <p class="table-actions">
      <Button label="Copy the whole matrix as CSV" onPress={() => void copy()}>
        Copy CSV
      </Button>
      <span class="small quiet" role="status">
        {copied ? 'Copied.' : ''}
      </span>
    </p>
  );
}
