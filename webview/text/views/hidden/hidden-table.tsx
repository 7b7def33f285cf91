import { useState } from 'preact/hooks';
import { valueText } from '../../../../src/shared/format';
import type { HiddenGrid, HiddenQuantity } from '../../../../src/shared/text/hidden-series';
import { stateName } from '../../../../src/shared/text/wording';
import { visibleToken } from '../../../../src/shared/text/visible-token';
import { shownItems } from '../../state/text-selectors';
import { useText } from '../../state/use-text';

/** Columns that are shown, of all states. */
export interface ShownStates {
  readonly grid: HiddenGrid;
  readonly columns: readonly number[];
}

/** The numbers as a table, made when it is opened. */
export function HiddenTable({
  shown,
  quantity,
}: {
  /** [item][sequence]. */
  readonly shown: readonly (readonly (ShownStates | null)[])[];
  readonly quantity: HiddenQuantity;
}) {
  const [open, setOpen] = useState(false);
  const items = useText(shownItems);
  return (
    <details class="table-alternative" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>table</summary>
      {open && (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Numbers of the hidden states">
          {shown.map((parts, i) =>
            parts.map((part, s) => {
              const tokens = items[i]!.explained.sequences[s]!.tokens;
              return (
                part && (
                  <table key={`${i} ${s}`}>
                    <caption class="spoken">
                      {quantity} of the hidden states, {items[i]!.explained.sequences[s]!.name}
                    </caption>
                    <thead>
                      <tr>
                        <th scope="col">{quantity === 'cosine' ? 'tokens' : 'token'}</th>
                        {Array.from({ length: part.grid.states }, (_, state) => (
                          <th key={state} scope="col">
                            {stateName(state)}
                          </th>
                        ))}
                      </tr>
                    </thead>
                    <tbody>
                      {part.columns.map((column) => (
                        <tr key={column}>
                          <th scope="row">
                            <bdi>{visibleToken(tokens[column]!.text)}</bdi>
                            {quantity === 'cosine' && <bdi> · {visibleToken(tokens[column + 1]!.text)}</bdi>}
                          </th>
                          {Array.from({ length: part.grid.states }, (_, state) => (
                            <td key={state} class="number">
                              {valueText(part.grid.data[state * part.grid.columns + column]!)}
                            </td>
                          ))}
                        </tr>
                      ))}
                    </tbody>
                  </table>
                )
              );
            }),
          )}
        </div>
      )}
    </details>
  );
}
