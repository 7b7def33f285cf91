import { useState } from 'preact/hooks';
import { valueText } from '../../../../src/shared/format';
import { saliencyNames } from '../../../../src/shared/text/wording';
import { visibleToken } from '../../../../src/shared/text/visible-token';
import type { SaliencyColumn, SaliencySubject } from './columns';

/** The numbers as a table, for those who do not see the pictures; made when it is opened. */
export function TokenTable({
  columns,
  subjects,
}: {
  readonly columns: readonly SaliencyColumn[];
  readonly subjects: readonly SaliencySubject[];
}) {
  const [open, setOpen] = useState(false);
  return (
    <details class="table-alternative" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>table</summary>
      {open && (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Numbers of the tokens">
          {subjects.map(({ explained, units }, i) =>
            explained.sequences.map(({ name }, s) => (
              <table key={`${i} ${s}`}>
                <caption class="spoken">
                  {subjects.length > 1 ? explained.model.name : ''} {name}
                </caption>
                <thead>
                  <tr>
                    <th scope="col">token</th>
                    {columns.map(({ kind }) => (
                      <th key={kind} scope="col">
                        {saliencyNames[kind]}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {units[s]!.labels.map(({ text }, unit) => (
                    <tr key={unit}>
                      <th scope="row">
                        <bdi>{visibleToken(text)}</bdi>
                      </th>
                      {columns.map(({ kind, cells }) => (
                        <td key={kind} class="number">
                          {numberAt(cells[i]![s]!, unit)}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            )),
          )}
        </div>
      )}
    </details>
  );
}

const numberAt = (cell: Float64Array | string | null, unit: number): string =>
  cell instanceof Float64Array ? valueText(cell[unit]!) : '–';
