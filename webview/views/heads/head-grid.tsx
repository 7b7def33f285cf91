import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import {
  headNumbersPhrase,
  headNumberText,
  type HeadNumbers,
  type NumberNames,
} from '../../../src/shared/head-numbers';
import { headColumns } from '../../../src/shared/head-order';
import { focusIndex, rove } from '../../ui/roving';

export interface HeadGridProps {
  /** Said to screen readers. */
  readonly label: string;
  readonly names: NumberNames;
  /** Heads in the order in which they are shown. */
  readonly order: readonly number[];
  /** At least as many as heads: the rest stays empty, so that grids of unlike heads are as high as each other. */
  readonly places: number;
  readonly chosen: number;
  /** By head; null where nothing is known of it. */
  readonly numbers: readonly (HeadNumbers | null)[];
  /** The number that each tile carries. */
  readonly shown: keyof HeadNumbers;
  readonly picture: (head: number) => ComponentChildren;
  readonly onChoose: (head: number) => void;
}

/** A layer's heads side by side. The choice goes with the focus; Enter goes on to the enlarged head. */
export function HeadGrid(props: HeadGridProps) {
  const { order, chosen, numbers, shown, names } = props;
  const grid = useRef<HTMLDivElement>(null);
  const [under, setUnder] = useState<number | null>(null);
  const columns = headColumns(props.places);
  const top = Math.max(0, ...numbers.map((number) => number?.[shown] || 0));
  const told = under !== null && under < numbers.length ? under : chosen;
  const said = numbers[told];
  return (
    <>
      <div
        class="head-grid"
        role="radiogroup"
        aria-label={props.label}
        style={{ '--columns': columns }}
        ref={grid}
        onMouseLeave={() => setUnder(null)}
      >
        {order.map((head, at) => (
          <HeadTile
            key={head}
            {...props}
            head={head}
            top={top}
            onEnter={() => setUnder(head)}
            onKey={(event) => {
              rove(event, at, { count: order.length, columns }, (to) => {
                props.onChoose(order[to]!);
                focusIndex(grid.current, order[to]!);
              });
              if (event.key === 'Enter') enlarged(grid.current)?.focus();
            }}
          />
        ))}
        {Array.from({ length: props.places - order.length }, (_, i) => (
          <EmptyTile key={`empty ${i}`} />
        ))}
      </div>
      <p class="head-numbers small quiet">
        {said && (
          <>
            <b>h{told}</b> {headNumbersPhrase(said, names)}
          </>
        )}
      </p>
    </>
  );
}

/** The matrix of the chosen head, which takes the focus on Enter. */
const enlarged = (grid: Element | null): HTMLElement | null =>
  grid?.closest('.heads-item')?.querySelector<HTMLElement>('.enlarged [data-enlarged]') ?? null;

const EmptyTile = () => (
  <div class="head-tile empty" aria-hidden="true">
    <span class="head-picture" />
    <span class="head-caption">&nbsp;</span>
    <span class="head-bar" />
  </div>
);

function HeadTile({
  head,
  chosen,
  numbers,
  shown,
  names,
  top,
  picture,
  onChoose,
  onEnter,
  onKey,
}: HeadGridProps & {
  readonly head: number;
  readonly top: number;
  readonly onEnter: () => void;
  readonly onKey: (event: KeyboardEvent) => void;
}) {
  const own = numbers[head];
  const value = own?.[shown];
  const known = value !== undefined && !Number.isNaN(value);
  return (
    <div
      class="head-tile"
      role="radio"
      aria-checked={head === chosen}
      aria-label={`head ${head}${own ? `: ${headNumbersPhrase(own, names)}` : ''}`}
      tabIndex={head === chosen ? 0 : -1}
      data-index={head}
      onClick={() => onChoose(head)}
      onMouseEnter={onEnter}
      onFocus={onEnter}
      onKeyDown={onKey}
    >
      {picture(head)}
      <span class="head-caption">
        <span>h{head}</span>
        <span class="number">{known ? headNumberText(shown, value) : ''}</span>
      </span>
      <span class="head-bar">
        <span style={{ width: known && top > 0 ? `${(100 * Math.max(0, value)) / top}%` : '0' }} />
      </span>
    </div>
  );
}
