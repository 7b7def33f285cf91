import { valueText } from '../../../shared/format';
import type { HiddenStates, TextToken } from '../../../shared/text/explanation';
import { hiddenGrid, hiddenSeries } from '../../../shared/text/hidden-series';
import { plotLine, plotY, type PlotPlace } from '../../../shared/text/plot-place';
import { plotScale } from '../../../shared/text/plot-scale';
import { stateName } from '../../../shared/text/wording';
import { clipped } from '../../../shared/width';
import { html, words, type Html } from './html';
import { nameBelow, plotRoom, tenth, ticks } from './plot';

const height = 240;
const below = 26;
/** Of the chosen token, behind the end of its line. */
const nameRoom = 64;
const letters = 9;
/** More lines than these are drawn fainter. */
const crowd = 60;

/** The mean activation of every token from the embedding to the last layer, one line a token; the token that the table's row chooses is drawn strong. */
export function hiddenPlot(hidden: HiddenStates, tokens: readonly TextToken[], sequence: number): Html {
  const grid = hiddenGrid(hidden, 'mean');
  const place: PlotPlace = {
    ...plotRoom,
    right: plotRoom.right - nameRoom,
    height,
    bottom: height - below,
    count: grid.states,
    scale: plotScale([grid.data], { zero: false }),
    ends: true,
  };
  const lines = tokens.map(({ text }, token) => {
    const series = hiddenSeries(grid, token);
    const y = tenth(plotY(place, series.at(-1)!));
    return html`<g class="state" id="state-${sequence}-${token}"><path d="${plotLine(place, series)}"><title>${text}: ${valueText(series[0]!)} … ${valueText(series.at(-1)!)}</title></path><text x="${place.right + 6}" y="${y}" dy="0.35em">${clipped(text, letters)}</text></g>`; // prettier-ignore
  });
  const step = Math.max(1, Math.ceil(grid.states / 24));
  const names = Array.from({ length: grid.states }, (_, state) =>
    state % step === 0 ? nameBelow(place, state, stateName(state), false) : null,
  );
  return html`<svg class="plot${tokens.length > crowd ? ' crowded' : ''}" viewBox="0 0 ${place.width} ${height}" role="img" aria-label="Mean activation of each of ${tokens.length} tokens in ${grid.states} states, from the embedding to the last layer.">${ticks(place)}${lines}${names}</svg>${numbers(hidden, tokens)}`; // prettier-ignore
}

function numbers(hidden: HiddenStates, tokens: readonly TextToken[]): Html {
  const { states, columns, data } = hiddenGrid(hidden, 'mean');
  const heads = Array.from({ length: states }, (_, state) => html`<th scope="col">${stateName(state)}</th>`);
  const body = tokens.map(({ text }, token) => {
    const cells = Array.from(
      { length: states },
      (_, state) => html`<td>${valueText(data[state * columns + token]!)}</td>`,
    );
    return html`<tr><th scope="row">${words(text)}</th>${cells}</tr>`; // prettier-ignore
  });
  return html`<details class="numbers">
    <summary>the ${tokens.length} × ${states} numbers of this plot</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Numbers of the mean activations">
      <table class="grid" aria-label="Mean activation of each token in each state"><thead><tr><td></td>${heads}</tr></thead><tbody>${body}</tbody></table>
    </div>
  </details>`; // prettier-ignore
}
