import { useMemo, useRef, useState } from 'preact/hooks';
import { valueText } from '../../../../src/shared/format';
import { quoted } from '../../../../src/shared/quoted';
import {
  hiddenSeries,
  nearestColumn,
  type HiddenGrid,
  type HiddenQuantity,
} from '../../../../src/shared/text/hidden-series';
import { plotIndex, plotLine, plotX, plotY, type PlotPlace } from '../../../../src/shared/text/plot-place';
import type { PlotScale } from '../../../../src/shared/text/plot-scale';
import { stateInWords, stateName } from '../../../../src/shared/text/wording';
import { visibleToken } from '../../../../src/shared/text/visible-token';
import { clipped } from '../../../../src/shared/width';
import { shownSvg } from '../../../export/shown-svg';
import { useSvgView } from '../../../export/svg-views';
import { useWidth } from '../../../ui/use-width';
import { litTokens, shownItems, shownToken, tokensOf } from '../../state/text-selectors';
import { useText, useTextController } from '../../state/use-text';
import { useViewName } from '../text-svgs';
import { PlotTicks } from '../token-plot';

const height = 260;
const left = 50;
/** Of the chosen token's name, behind the end of its line; of cosines both tokens', in letters too. */
const room = { mean: [76, 10], norm: [76, 10], cosine: [116, 16] } as const;
/** Pixels from a line that still mean it. */
const near = 24;

const what: Readonly<Record<HiddenQuantity, string>> = {
  mean: 'mean activation',
  norm: 'norm',
  cosine: 'cosine to neighbours',
};

/** The chosen token's line through the layers, over thin ones of all others. */
export function StateLines({
  item,
  sequence,
  grid,
  columns,
  scale,
  quantity,
}: {
  readonly item: number;
  readonly sequence: number;
  readonly grid: HiddenGrid;
  readonly columns: readonly number[];
  readonly scale: PlotScale;
  readonly quantity: HiddenQuantity;
}) {
  const controller = useTextController();
  const frame = useRef<HTMLDivElement>(null);
  /** The state that the pointer is at; null: it is elsewhere. */
  const [state, setState] = useState<number | null>(null);
  const width = useWidth(frame);
  const tokens = useText((state) => tokensOf(state, item, sequence));
  const place = useText((state) => shownToken(state.view!, shownItems(state), item));
  const lit = useText((state) => litTokens(state, item, sequence));
  const plot = useMemo(
    (): PlotPlace => ({
      width,
      height,
      left,
      right: Math.max(left + 1, width - room[quantity][0]),
      top: 8,
      bottom: height - 26,
      count: grid.states,
      scale,
      ends: true,
    }),
    [width, grid.states, scale, quantity],
  );
  const still = useMemo(() => (width > 0 ? <Still plot={plot} grid={grid} columns={columns} /> : null), [width, plot, grid, columns]); // prettier-ignore
  const chosen = place.sequence === sequence ? place.token : null;
  const name = useViewName(`hidden states, ${what[quantity]}`, item, sequence);
  const label = `${what[quantity]} of each token’s hidden state in ${grid.states} states${chosen === null ? '' : `, ${quoted(tokens[chosen]?.text ?? '')} chosen`}`; // prettier-ignore
  useSvgView(name, width > 0 ? () => shownSvg(frame.current!.querySelector('svg')!, label) : null);
  const under = ({ clientX, clientY }: MouseEvent): number | null => {
    const box = frame.current!.getBoundingClientRect();
    const state = plotIndex(plot, clientX - box.left);
    const perPixel = (scale.high - scale.low) / (plot.bottom - plot.top);
    const value = scale.low + (plot.bottom - (clientY - box.top)) * perPixel;
    return nearestColumn(grid, columns, state, value, near * perPixel);
  };
  const marked = lit.length === 1 && lit[0] !== chosen ? lit[0]! : null;
  const nameOf = (column: number): string => lineName(tokens, column, quantity);
  return (
    <div
      class="state-lines"
      ref={frame}
      role="img"
      aria-label={label}
      onPointerMove={(event) => {
        const column = under(event);
        setState(plotIndex(plot, event.clientX - frame.current!.getBoundingClientRect().left));
        if (column !== (lit[0] ?? null))
          controller.hover(column === null ? null : { item, sequence, tokens: [column], heads: null });
      }}
      onPointerLeave={() => {
        setState(null);
        controller.hover(null);
      }}
      onClick={(event) => {
        const column = under(event);
        if (column !== null) controller.choose({ item, sequence, token: column });
      }}
    >
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {still}
          {chosen !== null && (
            <Line plot={plot} grid={grid} column={chosen} quantity={quantity} className="state-line" name={nameOf} />
          )}
          {marked !== null && (
            <Line
              plot={plot}
              grid={grid}
              column={marked}
              quantity="mean"
              className="plot-lit state-lit"
              name={nameOf}
            />
          )}
        </svg>
      )}
      {state !== null && lit.length === 1 && width > 0 && lit[0]! < grid.columns && (
        <div
          class="matrix-tip plot-tip before"
          style={{ left: `${plotX(plot, state)}px`, top: `${plotY(plot, grid.data[state * grid.columns + lit[0]!]!) - 30}px` }} // prettier-ignore
          aria-hidden="true"
        >
          <bdi>{nameOf(lit[0]!)}</bdi> · {stateInWords(state)}{' '}
          <b>{valueText(grid.data[state * grid.columns + lit[0]!]!)}</b>
        </div>
      )}
    </div>
  );
}

/** All that does not move with the pointer. */
function Still({
  plot,
  grid,
  columns,
}: {
  readonly plot: PlotPlace;
  readonly grid: HiddenGrid;
  readonly columns: readonly number[];
}) {
  const { states } = grid;
  // Many lines make a cloud, whose middle is not to be white.
  const faint = Math.max(0.03, Math.min(0.4, 0.9 / Math.sqrt(columns.length)));
  return (
    <>
      <PlotTicks place={plot} />
      {Array.from({ length: states }, (_, s) => (
        <text key={s} class="plot-state" x={plotX(plot, s)} y={height - 8}>
          {thinnedState(s, states, plot) ? stateName(s) : ''}
        </text>
      ))}
      <path
        class="state-others"
        d={columns.map((column) => plotLine(plot, hiddenSeries(grid, column))).join('')}
        stroke-opacity={faint}
      />
    </>
  );
}

/** A token's line with its name at the end; of cosines the one to the next token, and dashed the one to the token before. */
function Line({
  plot,
  grid,
  column,
  quantity,
  className,
  name,
}: {
  readonly plot: PlotPlace;
  readonly grid: HiddenGrid;
  readonly column: number;
  readonly quantity: HiddenQuantity;
  readonly className: string;
  readonly name: (column: number) => string;
}) {
  const lines = quantity === 'cosine' ? [column, column - 1] : [column];
  const drawn = lines
    .filter((line) => line >= 0 && line < grid.columns)
    .map((line) => ({ line, series: hiddenSeries(grid, line), before: line < column }));
  const ends = apart(drawn.map(({ series }) => plotY(plot, series.at(-1)!)));
  return (
    <>
      {drawn.map(({ line, series, before }, i) => (
        <g key={line} class={before ? `${className} before` : className}>
          <path d={plotLine(plot, series)} />
          <text x={plot.right + 8} y={ends[i]! + 4}>
            {clipped(name(line).slice(0, 80), room[quantity][1])}
          </text>
        </g>
      ))}
    </>
  );
}

/** Names of two lines do not lie on each other. */
function apart(ys: readonly number[]): readonly number[] {
  const [a, b] = ys;
  if (a === undefined || b === undefined || Math.abs(a - b) >= 14) return ys;
  const middle = (a + b) / 2;
  return a <= b ? [middle - 7, middle + 7] : [middle + 7, middle - 7];
}

function lineName(tokens: readonly { readonly text: string }[], column: number, quantity: HiddenQuantity): string {
  const name = (token: number): string => visibleToken((tokens[token]?.text ?? '').slice(0, 200));
  return quantity === 'cosine' ? `${name(column)} · ${name(column + 1)}` : name(column);
}

/** Where layers are close, each second or fourth has its number. */
function thinnedState(state: number, states: number, { left, right }: PlotPlace): boolean {
  const step = (right - left) / Math.max(1, states - 1);
  const every = step >= 26 ? 1 : step >= 14 ? 2 : 4;
  return state === 0 || (state - 1) % every === 0;
}
