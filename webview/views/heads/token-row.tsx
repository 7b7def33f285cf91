import { Component } from 'preact';
import { shareText } from '../../../src/shared/format';
import type { TokenLabel } from '../../../src/shared/text/token-units';

export interface TokenRowProps {
  readonly index: number;
  readonly token: TokenLabel;
  /** In CSS pixels, of a token in a row of tokens. */
  readonly width: number | null;
  readonly lit: boolean;
  /** The panel's chosen token. */
  readonly chosen: boolean;
  /** The one tab stop of its column. */
  readonly stop: boolean;
  /** One for each active head; null: nothing is lit on the other side. */
  readonly weights: readonly number[] | null;
  readonly active: readonly number[];
  readonly colours: readonly string[];
}

/** Weights below this have no number and no shade: they round to nothing. */
const nothing = 0.005;

const always = ['index', 'token', 'width', 'lit', 'chosen', 'stop'] as const;
/** What a row without weights does not show. */
const shading = ['weights', 'active', 'colours'] as const;

/** One token of the head view. A class, for hundreds of them are the same from one lit token to the next. */
export class TokenRow extends Component<TokenRowProps> {
  override shouldComponentUpdate(next: TokenRowProps): boolean {
    const { props } = this;
    const weighed = props.weights !== null || next.weights !== null;
    return (
      always.some((key) => props[key] !== next[key]) || (weighed && shading.some((key) => props[key] !== next[key]))
    );
  }

  override render() {
    const { index, token, width, lit, chosen, stop, weights, active, colours } = this.props;
    const mean = weights ? weights.reduce((sum, weight) => sum + weight, 0) / active.length : 0;
    const shaded = weights !== null && mean >= nothing;
    return (
      <div
        class={`${token.special ? 'token special' : 'token'}${chosen ? ' chosen' : ''}`}
        role="option"
        aria-selected={lit}
        tabIndex={stop ? 0 : -1}
        data-index={index}
        style={{
          backgroundImage: shaded ? shade(weights, active, colours) : '',
          width: width === null ? '' : `${width}px`,
        }}
        title={width === null ? `${index}` : token.text}
      >
        <bdi class="token-text">{token.text}</bdi>
        {shaded && <span class="token-weight">{shareText(mean)}</span>}
      </div>
    );
  }
}

/** A strip for each active head, as strong as its weight. */
function shade(weights: readonly number[], active: readonly number[], colours: readonly string[]): string {
  const stops = weights.map((weight, i) => {
    const alpha = Math.round(255 * Math.min(1, weight) * 0.8)
      .toString(16)
      .padStart(2, '0');
    const [from, to] = [(100 * i) / weights.length, (100 * (i + 1)) / weights.length];
    return `${colours[active[i]!]}${alpha} ${from.toFixed(2)}% ${to.toFixed(2)}%`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
