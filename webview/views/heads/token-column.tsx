import { useRef, useState } from 'preact/hooks';
import type { TokenLabel } from '../../../src/shared/text/token-units';
import type { HeadsView } from '../../state/heads-view';
import { focusIndex, rove } from '../../ui/roving';
import type { Side } from './source';
import { TokenRow } from './token-row';

/** One side of the head view: a column, or a row. */
export function TokenColumn({
  side,
  layout,
  label,
  tokens,
  sizes,
  lit,
  chosen,
  weights,
  active,
  colours,
  onLight,
  onChoose,
  onCross,
}: {
  readonly side: Side;
  readonly layout: HeadsView['layout'];
  readonly label: string;
  readonly tokens: readonly TokenLabel[];
  /** The width of each token of a row, in CSS pixels. */
  readonly sizes: readonly number[] | null;
  readonly lit: readonly number[];
  readonly chosen: number | null;
  /** By token, one for each active head: how the lit tokens of the other side attend this one, or are attended. */
  readonly weights: ReadonlyMap<number, readonly number[]> | null;
  readonly active: readonly number[];
  readonly colours: readonly string[];
  readonly onLight: (token: number | null) => void;
  readonly onChoose: (token: number) => void;
  /** To the other side. */
  readonly onCross: (token: number) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  const under = useRef<number | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const stop = cursor !== null && cursor < tokens.length ? cursor : (chosen ?? 0);
  const over = crossing[layout][side];
  const columns = layout === 'vertical' ? 1 : tokens.length;
  const tokenOf = (event: Event): number | null => {
    const row = (event.target as Element).closest<HTMLElement>('[data-index]');
    return row ? Number(row.dataset.index) : null;
  };
  return (
    <div
      ref={list}
      class={`token-column ${side}`}
      role="listbox"
      aria-label={label}
      aria-orientation={layout}
      data-side={side}
      onPointerOver={(event) => {
        const token = tokenOf(event);
        if (token !== null && token !== under.current) onLight((under.current = token));
      }}
      onPointerLeave={() => onLight((under.current = null))}
      onClick={(event) => {
        const token = tokenOf(event);
        if (token !== null) onChoose(token);
      }}
      onFocusIn={(event) => {
        const token = tokenOf(event);
        if (token === null) return;
        setCursor(token);
        onLight(token);
      }}
      onFocusOut={() => onLight(null)}
      onKeyDown={(event) => {
        const token = tokenOf(event);
        if (token === null) return;
        if (event.key === over || event.key === 'Enter') {
          event.preventDefault();
          event.stopPropagation();
          if (event.key === over) onCross(token);
          else onChoose(token);
        }
        rove(event, token, { count: tokens.length, columns }, (to) => focusIndex(list.current, to));
      }}
    >
      {tokens.map((token, i) => (
        <TokenRow
          key={i}
          index={i}
          token={token}
          width={sizes?.[i] ?? null}
          lit={lit.includes(i)}
          chosen={i === chosen}
          stop={i === stop}
          weights={weights?.get(i) ?? null}
          active={active}
          colours={colours}
        />
      ))}
    </div>
  );
}

/** The key that leads from a side to the other one. */
const crossing = {
  vertical: { query: 'ArrowRight', key: 'ArrowLeft' },
  horizontal: { query: 'ArrowDown', key: 'ArrowUp' },
} as const;
