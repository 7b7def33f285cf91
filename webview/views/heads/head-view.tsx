import { useMemo, useRef } from 'preact/hooks';
import { shareText } from '../../../src/shared/format';
import { headLines, lineStrokes, tokenLines, type HeadLine } from '../../../src/shared/head-lines';
import { headViewSvg } from '../../../src/shared/svg/head-view';
import { sideWeights } from '../../../src/shared/head-weights';
import type { Matrix } from '../../../src/shared/matrix';
import type { TokenLabel } from '../../../src/shared/text/token-units';
import { useSvgView } from '../../export/svg-views';
import { themeColours } from '../../export/theme-colours';
import type { HeadsView } from '../../state/heads-view';
import { useWidth } from '../../ui/use-width';
import type { Framed, Side } from './source';
import { TokenColumn } from './token-column';
import { columnPlaces, rowPlaces, tokenRow } from './token-places';

/** What is lit: tokens of one side, whose lines alone are drawn. */
export interface LitTokens {
  readonly side: Side;
  readonly tokens: readonly number[];
}

export interface HeadViewProps {
  /** In the menu of exports and for screen readers: "head view of layer 5". */
  readonly name: string;
  readonly layout: HeadsView['layout'];
  /** A of every head, [queries, keys]; those that are not active may be missing. */
  readonly heads: readonly (Matrix | null)[];
  /** Queries on the left or above, keys on the right or below: tokens or words. */
  readonly left: readonly TokenLabel[];
  readonly right: readonly TokenLabel[];
  readonly active: readonly number[];
  /** "#rrggbb" of each head. */
  readonly colours: readonly string[];
  readonly lit: LitTokens | null;
  /** The panel's chosen token. */
  readonly chosen: Framed;
  readonly onLight: (side: Side, token: number | null) => void;
  readonly onChoose: (side: Side, token: number) => void;
}

/** Pixels between two rows of tokens. */
const between = 150;

/**
 * The head view in bertviz's manner: two columns (or rows) of tokens joined by lines whose opacity is the weight ÷ the number of active heads and
 * whose colour is the head. Of the lit token the lines alone are drawn, and the other side is shaded by weight, split by head.
 */
export function HeadView(props: HeadViewProps) {
  const { name, layout, heads, left, right, active, colours, lit, chosen } = props;
  const frame = useRef<HTMLDivElement>(null);
  const middle = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const frameWidth = useWidth(frame);
  const middleWidth = useWidth(middle);
  const rows = layout === 'horizontal';
  const places = useMemo(
    () =>
      rows
        ? { query: rowPlaces(left, frameWidth), key: rowPlaces(right, frameWidth) }
        : { query: columnPlaces(left.length), key: columnPlaces(right.length) },
    [rows, left, right, rows ? frameWidth : 0],
  );
  const all = useMemo(() => headLines(heads, { active }), [heads, active]);
  const own = useMemo(
    () => lit && lit.tokens.flatMap((token) => tokenLines(heads, active, lit.side, token)),
    [heads, active, lit],
  );
  const width = rows ? between : middleWidth;
  const length = Math.max(places.query.length, places.key.length);
  const place = {
    layout,
    query: (i: number): number => places.query.middles[i]!,
    key: (i: number): number => places.key.middles[i]!,
    width,
  };
  const drawn: readonly HeadLine[] = own ?? all.lines;
  const strokes = useMemo(() => (width > 0 ? lineStrokes(drawn, active, place) : []), [drawn, active, places, layout, width]); // prettier-ignore
  const weights = useMemo(() => own && lit && sideWeights(own, lit.side, active), [own, lit, active]);
  useSvgView(name, () =>
    headViewSvg({
      title: name,
      layout,
      left: left.map(({ text }, i) => ({ text, at: places.query.middles[i]! })),
      right: right.map(({ text }, i) => ({ text, at: places.key.middles[i]! })),
      length,
      strokes: (width) => lineStrokes(drawn, active, { ...place, width }),
      colours,
      theme: themeColours(),
    }),
  );
  const latest = useRef(props);
  latest.current = props;
  const column = (side: Side) => (
    <TokenColumn
      side={side}
      layout={layout}
      label={side === 'query' ? 'Queries' : 'Keys'}
      tokens={side === 'query' ? left : right}
      sizes={rows ? places[side].sizes : null}
      lit={lit?.side === side ? lit.tokens : nothing}
      chosen={chosen[side]}
      weights={weights && lit?.side !== side ? weights : null}
      active={active}
      colours={colours}
      onLight={(token) => latest.current.onLight(side, token)}
      onChoose={(token) => latest.current.onChoose(side, token)}
      onCross={(token) => {
        const to = side === 'query' ? 'key' : 'query';
        const count = (to === 'query' ? left : right).length;
        const at = Math.min(token, count - 1);
        body.current?.querySelector<HTMLElement>(`[data-side="${to}"] [data-index="${at}"]`)?.focus();
      }}
    />
  );
  // Hundreds of rows, which stay as they are from layer to layer.
  const columns = useMemo(() => [column('query'), column('key')] as const, [left, right, places, lit, chosen, weights, weights ? active : null, colours]); // prettier-ignore
  return (
    <div class={`head-view ${layout}`}>
      <div class="head-view-frame" ref={frame}>
        <div
          class="head-view-body"
          ref={body}
          style={rows ? { width: `${length}px` } : { height: `${length}px`, '--row': `${tokenRow}px` }}
        >
          {columns[0]}
          <div ref={middle} class="head-view-lines">
            <svg width={rows ? length : width} height={rows ? between : length} role="img" aria-label={name}>
              {strokes.map(({ head, opacity, path }) => (
                <path
                  key={`${head} ${opacity}`}
                  d={path}
                  stroke={colours[head]}
                  stroke-opacity={opacity}
                  data-head={head}
                />
              ))}
            </svg>
          </div>
          {columns[1]}
        </div>
      </div>
      <output class="head-view-told small">{weights ? told(props, weights) : ''}</output>
      {all.strongest !== null && !own && (
        <p class="small quiet">
          Of each token the {all.strongest === 1 ? 'strongest line is' : `${all.strongest} strongest lines are`} drawn
          for each head; {all.left} weaker lines are left out. A token under the pointer shows all of its own.
        </p>
      )}
    </div>
  );
}

const nothing: readonly number[] = [];

/** The strongest partners of what is lit, as numbers. */
function told({ left, right, lit, active }: HeadViewProps, own: ReadonlyMap<number, readonly number[]>) {
  const { side, tokens } = lit!;
  const partners = side === 'query' ? right : left;
  const weights = [...own]
    .map(([token, of]) => ({ token, mean: of.reduce((sum, weight) => sum + weight, 0) / active.length }))
    .sort((a, b) => b.mean - a.mean)
    .slice(0, 4);
  return (
    <>
      {tokens.slice(0, 3).map((token) => (
        <bdi key={token}>{(side === 'query' ? left : right)[token]?.text} </bdi>
      ))}
      <span class="quiet">{side === 'query' ? 'attends' : 'is attended by'} </span>
      {weights.map(({ token, mean }) => (
        <span key={token} class="pair">
          <bdi>{partners[token]!.text}</bdi> <b>{shareText(mean)}</b>
        </span>
      ))}
      {active.length > 1 && <span class="quiet"> mean of {active.length} heads</span>}
    </>
  );
}
