import { thinned, tokenAxis } from '../../../shared/axis';
import { valueText } from '../../../shared/format';
import type { TextToken } from '../../../shared/text/explanation';
import { plotLine, plotStep, plotX, plotY, type PlotPlace } from '../../../shared/text/plot-place';
import { plotScale } from '../../../shared/text/plot-scale';
import { clipped, displayWidth } from '../../../shared/width';
import { html, words, type Html } from './html';
import { nameBelow, plotRoom, tenth, ticks } from './plot';
import { shade } from './style';

/** One number for each token of a sequence. */
export interface TokenScores {
  readonly tokens: readonly TextToken[];
  readonly scores: ArrayLike<number>;
  readonly signed: boolean;
  /** What the numbers are: "L2 norm". */
  readonly name: string;
}

const frame = 140;
/** Units that a turned name needs, and letters that fit into the room below. */
const nameRoom = 15;
const letters = 12;

/** A line over the tokens, every point with its number on hover. The table beside it has them all. */
export function tokenPlot({ tokens, scores, signed, name }: TokenScores): Html {
  const longest = Math.max(1, ...tokens.map(({ text }) => Math.min(letters, displayWidth(text.slice(0, 4 * letters)))));
  // Turned by 35°, a letter reaches down by 4 units.
  const height = plotRoom.top + frame + 22 + 4 * longest;
  const place: PlotPlace = {
    ...plotRoom,
    height,
    bottom: plotRoom.top + frame,
    count: tokens.length,
    scale: plotScale([scores], { zero: true }),
    ends: false,
  };
  const step = plotStep(place);
  const points = tokens.map(({ text }, i) => {
    const score = scores[i]!;
    if (!Number.isFinite(score)) return null;
    const tone = signed ? (score < 0 ? ' minus' : ' plus') : '';
    return html`<circle class="point${tone}" cx="${tenth(plotX(place, i))}" cy="${tenth(plotY(place, score))}" r="${step >= 6 ? 3 : 1.5}"><title>${text}: ${valueText(score)}</title></circle>`; // prettier-ignore
  });
  const names = thinned(tokenAxis(tokens), step, nameRoom).map(({ at, text }) =>
    nameBelow(place, at, clipped(text, letters), true),
  );
  return html`<svg class="plot" viewBox="0 0 ${place.width} ${height}" role="img" aria-label="${spoken(name, tokens, scores)}">${ticks(place)}<path class="curve" d="${plotLine(place, scores)}"/>${points}${names}</svg>`; // prettier-ignore
}

function spoken(name: string, tokens: readonly TextToken[], scores: ArrayLike<number>): string {
  const strongest = tokens
    .map(({ text }, i) => ({ text, score: scores[i]! }))
    .filter(({ score }) => Number.isFinite(score))
    .sort((a, b) => Math.abs(b.score) - Math.abs(a.score))
    .slice(0, 3);
  return `The ${name} of ${tokens.length} tokens; largest: ${strongest.map(({ text, score }) => `${text} ${valueText(score)}`).join(', ')}.`;
}

/** The tokens as a text, shaded by their share of the strongest, the number under each. */
export function shadedTokens({ tokens, scores, signed, name }: TokenScores): Html {
  const most = Array.from(scores).reduce((top, score) => Math.max(top, Math.abs(score) || 0), 0);
  const items = tokens.map(({ text, special }, i) => {
    const score = scores[i]!;
    return html`<li${special ? html` class="special"` : null}><span class="word ${shade(score, most, signed)}">${words(text)}</span><span class="value">${valueText(score)}</span></li>`; // prettier-ignore
  });
  return html`<ol class="words" dir="auto" aria-label="Tokens with their ${name}">
    ${items}
  </ol>`;
}
