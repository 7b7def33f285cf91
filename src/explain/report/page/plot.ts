import { plotX, plotY, type PlotPlace } from '../../../shared/text/plot-place';
import { tickText } from '../../../shared/text/plot-scale';
import { html, type Html } from './html';

/** Room for the numbers at the left and the names below, in the units of a plot that is 720 wide. */
export const plotRoom = { width: 720, left: 52, right: 708, top: 10 } as const;

/** Round numbers at the left, with quiet lines. */
export const ticks = (place: PlotPlace): Html[] =>
  place.scale.ticks.map((tick) => {
    const y = tenth(plotY(place, tick));
    return html`<line class="rule${tick === 0 ? ' zero' : ''}" x1="${place.left}" x2="${place.right}" y1="${y}" y2="${y}"/><text class="tick" x="${place.left - 8}" y="${y}" dy="0.35em">${tickText(tick, place.scale)}</text>`; // prettier-ignore
  });

/** What stands below a position. */
export function nameBelow(place: PlotPlace, index: number, name: string, turned: boolean): Html {
  const [x, y] = [tenth(plotX(place, index)), place.bottom + (turned ? 12 : 16)];
  return turned
    ? html`<text class="name-below turned" x="${x}" y="${y}" transform="rotate(-35 ${x} ${y})">${name}</text>`
    : html`<text class="name-below" x="${x}" y="${y}">${name}</text>`;
}

export const tenth = (value: number): number => Math.round(10 * value) / 10;
