import { useMemo } from 'preact/hooks';
import { heatTop } from '../../../../src/shared/scale';
import { hiddenGrid, type HiddenQuantity } from '../../../../src/shared/text/hidden-series';
import { plotScale } from '../../../../src/shared/text/plot-scale';
import { Choice } from '../../../ui/choice';
import { shownItems } from '../../state/text-selectors';
import { useText, useTextController } from '../../state/use-text';
import { HiddenTable, type ShownStates } from './hidden-table';
import { StateLines } from './state-lines';
import { StateMap } from './state-map';

const quantities: Readonly<Record<HiddenQuantity, string>> = {
  mean: 'mean',
  norm: 'norm',
  cosine: 'cosine to neighbours',
};

const sentences: Readonly<Record<HiddenQuantity, string>> = {
  mean: 'The mean activation of a token over the width, from the embedding’s output (emb) through every layer.',
  norm: 'The L2 norm of a token’s hidden state, from the embedding’s output (emb) through every layer.',
  cosine:
    'The cosine between a token’s hidden state and its neighbour’s: 1 where both point the same way. Solid to the next token, dashed to the one before.',
};

/** What becomes of the tokens on their way through the layers. */
export function HiddenSection() {
  const controller = useTextController();
  const items = useText(shownItems);
  const { quantity, form } = useText(({ view }) => view!.hidden);
  const special = useText(({ view }) => view!.heads.special);
  const shown = useMemo(
    () =>
      items.map(({ explained }) =>
        explained.sequences.map(({ hidden, tokens }) => {
          if (!hidden) return null;
          const grid = hiddenGrid(hidden, quantity);
          // A pair of neighbours is of two tokens.
          const hides = (token: number): boolean => !special && (tokens[token]?.special ?? false);
          const columns = Array.from({ length: grid.columns }, (_, i) => i).filter(
            (i) => !hides(i) && !(quantity === 'cosine' && hides(i + 1)),
          );
          return { grid, columns };
        }),
      ),
    [items, quantity, special],
  );
  const scale = useMemo(() => plotScale(shown.flat().map((part) => (part ? valuesOf(part) : [])), { zero: quantity === 'norm' }), [shown, quantity]); // prettier-ignore
  const heat = useMemo(() => {
    const all = shown.flat().flatMap((part) => (part ? [valuesOf(part)] : []));
    const signed = all.some((values) => values.some((value) => value < 0));
    return { signed, top: Math.max(0, ...all.map((values) => heatTop(values, signed))) };
  }, [shown]);
  return (
    <section class="hidden-states" aria-labelledby="hidden-title">
      <div class="section-head">
        <h2 id="hidden-title">Hidden states</h2>
        <Choice
          label="Quantity of the hidden states"
          value={quantity}
          options={quantities}
          onChange={(quantity) => controller.lookHidden({ quantity })}
        />
      </div>
      <div class={items.length > 1 ? 'beside' : undefined}>
        {items.map(({ explained }, item) => (
          <div key={item} class="hidden-item">
            {explained.sequences.map(({ name }, s) => {
              const part = shown[item]?.[s];
              return (
                <div key={s}>
                  {explained.sequences.length > 1 && <p class="small quiet">{name}</p>}
                  {!part ? (
                    <p class="quiet">The hidden states of this stack were not found in the model’s graph.</p>
                  ) : form === 'lines' ? (
                    <StateLines
                      item={item}
                      sequence={s}
                      grid={part.grid}
                      columns={part.columns}
                      scale={scale}
                      quantity={quantity}
                    />
                  ) : (
                    <StateMap
                      item={item}
                      sequence={s}
                      grid={part.grid}
                      columns={part.columns}
                      quantity={quantity}
                      {...heat}
                    />
                  )}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <p class="quiet small">{sentences[quantity]}</p>
      <div class="section-foot small">
        <Choice
          label="Hidden states as"
          value={form}
          options={{ lines: 'lines', map: 'map' }}
          onChange={(form) => controller.lookHidden({ form })}
        />
        <HiddenTable shown={shown} quantity={quantity} />
      </div>
    </section>
  );
}

function valuesOf({ grid, columns }: ShownStates): Float32Array {
  if (columns.length === grid.columns) return grid.data;
  const out = new Float32Array(grid.states * columns.length);
  for (let state = 0, at = 0; state < grid.states; state++)
    for (const column of columns) out[at++] = grid.data[state * grid.columns + column]!;
  return out;
}
