import { useState } from 'preact/hooks';
import { headNumberText, type HeadNumbers, type NumberNames } from '../../../src/shared/head-numbers';

export interface HeadsTableRow {
  readonly layer: number;
  readonly head: number;
  readonly numbers: HeadNumbers | null;
}

/** The pictures of heads as numbers, on demand: a table of hundreds of rows is made when it is opened. */
export function HeadsTable({ names, rows }: { readonly names: NumberNames; readonly rows: readonly HeadsTableRow[] }) {
  const [open, setOpen] = useState(false);
  if (rows.every(({ numbers }) => numbers === null)) return null;
  return (
    <details class="table-alternative" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Heads as a table</summary>
      {open && (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Heads as a table">
          <table>
            <thead>
              <tr>
                <th scope="col">head</th>
                <th scope="col">share of relevance</th>
                <th scope="col">entropy, nats</th>
                <th scope="col">mean distance, {names.kind}</th>
                <th scope="col">on {names.first}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ layer, head, numbers }) => (
                <tr key={`${layer} ${head}`}>
                  <th scope="row">
                    layer {layer}, head {head}
                  </th>
                  <td class="number">{numbers ? headNumberText('relevance', numbers.relevance) : '–'}</td>
                  <td class="number">{numbers ? headNumberText('entropy', numbers.entropy) : '–'}</td>
                  <td class="number">{numbers ? headNumberText('distance', numbers.distance) : '–'}</td>
                  <td class="number">{numbers ? headNumberText('sink', numbers.sink) : '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
