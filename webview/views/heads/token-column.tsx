import { useRef, useState } from 'preact/hooks';
import { shareText } from '../../../src/shared/format';
import { focusIndex, rove } from '../../ui/roving';
import type { TokenLabel } from '../../state/heads-selectors';

/** Weights below this have no number and no shade: they round to nothing. */
const nothing = 0.005;

/** One side of the head view. */
export function TokenColumn({
  side,
  label,
  tokens,
  shown,
  lit,
  weights,
  active,
  colours,
  onLight,
  onCross,
}: {
  readonly side: 'query' | 'key';
  readonly label: string;
  readonly tokens: readonly TokenLabel[];
  /** Tokens in the order of their rows. */
  readonly shown: readonly number[];
  readonly lit: readonly number[];
  /** By token, one for each active head: how the lit tokens of the other side attend this one, or are attended. */
  readonly weights: ReadonlyMap<number, readonly number[]> | null;
  readonly active: readonly number[];
  readonly colours: readonly string[];
  readonly onLight: (token: number | null) => void;
  /** To the other side. */
  readonly onCross: (token: number) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const stop = cursor !== null && shown.includes(cursor) ? cursor : shown[0];
  return (
    <div
      ref={list}
      class={`token-column ${side}`}
      role="listbox"
      aria-label={label}
      data-side={side}
      onPointerLeave={() => onLight(null)}
    >
      {shown.map((token, row) => {
        const own = weights?.get(token);
        const mean = own ? own.reduce((sum, weight) => sum + weight, 0) / active.length : 0;
        return (
          <div
            key={token}
            class={tokens[token]!.special ? 'token special' : 'token'}
            role="option"
            aria-selected={lit.includes(token)}
            tabIndex={token === stop ? 0 : -1}
            data-index={token}
            style={own && mean >= nothing ? { backgroundImage: shade(own, active, colours) } : undefined}
            title={`${token}`}
            onPointerEnter={() => onLight(token)}
            onFocus={() => {
              setCursor(token);
              onLight(token);
            }}
            onBlur={() => onLight(null)}
            onKeyDown={(event) => {
              const across = side === 'query' ? 'ArrowRight' : 'ArrowLeft';
              if (event.key === across) {
                event.preventDefault();
                event.stopPropagation();
                onCross(token);
              }
              rove(event, row, { count: shown.length, columns: 1 }, (to) => focusIndex(list.current, shown[to]!));
            }}
          >
            <bdi class="token-text">{tokens[token]!.text}</bdi>
            {own && mean >= nothing && <span class="token-weight">{shareText(mean)}</span>}
          </div>
        );
      })}
    </div>
  );
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
