import { useMemo, useRef } from 'preact/hooks';
import { shareText } from '../../../src/shared/format';
import { headLines, lineStrokes, tokenLines, type HeadLine } from '../../../src/shared/head-lines';
import { headViewSvg } from '../../../src/shared/svg/head-view';
import { sideWeights } from '../../../src/shared/head-weights';
import type { Matrix } from '../../../src/shared/matrix';
import { useSvgView } from '../../export/svg-views';
import { themeColours } from '../../export/theme-colours';
import type { TokenLabel } from '../../state/heads-selectors';
import { useWidth } from '../../ui/use-width';
import { TokenColumn } from './token-column';

/** What is lit: tokens of one side, whose lines alone are drawn. */
export interface LitTokens {
  readonly side: 'query' | 'key';
  readonly tokens: readonly number[];
}

export interface HeadViewProps {
  /** In the menu of exports and for screen readers: "head view of layer 5". */
  readonly name: string;
  /** A of every head, [queries, keys]. */
  readonly heads: readonly Matrix[];
  /** Queries on the left, keys on the right. */
  readonly left: readonly TokenLabel[];
  readonly right: readonly TokenLabel[];
  readonly active: readonly number[];
  /** "#rrggbb" of each head. */
  readonly colours: readonly string[];
  /** Special tokens are among the tokens. */
  readonly special: boolean;
  /** Whether a query and a key may be joined: one part of a sentence pair. All may where absent. */
  readonly joins?: (query: number, key: number) => boolean;
  readonly lit: LitTokens | null;
  readonly onLight: (side: 'query' | 'key', token: number | null) => void;
}

/** Pixels of one token's row. */
const tokenRow = 22;

/**
 * The head view in bertviz's manner: two columns of tokens joined by lines whose opacity is the weight ÷ the number of active heads and
 * whose colour is the head. Of the lit token the lines alone are drawn, and the other side is shaded by weight, split by head.
 */
export function HeadView(props: HeadViewProps) {
  const { name, heads, left, right, active, colours, special, joins, lit, onLight } = props;
  const middle = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const width = useWidth(middle);
  const shown = useMemo(
    () => ({ query: visible(left, special), key: visible(right, special) }),
    [left, right, special],
  );
  const places = useMemo(() => ({ query: rowsOf(shown.query), key: rowsOf(shown.key) }), [shown]);
  const choice = useMemo(
    () => ({
      active,
      joins: (query: number, key: number): boolean =>
        places.query.has(query) && places.key.has(key) && (!joins || joins(query, key)),
    }),
    [active, places, joins],
  );
  const all = useMemo(() => headLines(heads, choice), [heads, choice]);
  const own = useMemo(
    () => lit && lit.tokens.flatMap((token) => tokenLines(heads, choice, lit.side, token)),
    [heads, choice, lit],
  );
  const place = {
    query: (i: number): number => (places.query.get(i)! + 0.5) * tokenRow,
    key: (i: number): number => (places.key.get(i)! + 0.5) * tokenRow,
    width,
  };
  const drawn: readonly HeadLine[] = own ?? all.lines;
  const strokes = useMemo(() => (width > 0 ? lineStrokes(drawn, active, place) : []), [drawn, active, places, width]); // prettier-ignore
  const weights = useMemo(() => own && lit && sideWeights(own, lit.side, active), [own, lit, active]);
  const height = tokenRow * Math.max(shown.query.length, shown.key.length);
  useSvgView(name, () =>
    headViewSvg({
      title: name,
      left: shown.query.map((i) => left[i]!.text),
      right: shown.key.map((i) => right[i]!.text),
      strokes: (width) => lineStrokes(drawn, active, { ...place, width }),
      row: tokenRow,
      colours,
      theme: themeColours(),
    }),
  );
  const latest = useRef(onLight);
  latest.current = onLight;
  const column = (side: 'query' | 'key') => (
    <TokenColumn
      side={side}
      label={side === 'query' ? 'Queries' : 'Keys'}
      tokens={side === 'query' ? left : right}
      shown={shown[side]}
      lit={lit?.side === side ? lit.tokens : nothing}
      weights={weights && lit?.side !== side ? weights : null}
      active={active}
      colours={colours}
      onLight={(token) => latest.current(side, token)}
      onCross={(token) => {
        const to = side === 'query' ? 'key' : 'query';
        body.current?.querySelector<HTMLElement>(`[data-side="${to}"] [data-index="${token}"]`)?.focus();
      }}
    />
  );
  // Hundreds of rows, which stay as they are from layer to layer.
  const columns = useMemo(() => [column('query'), column('key')] as const, [left, right, shown, lit, weights, weights ? active : null, colours]); // prettier-ignore
  return (
    <div class="head-view">
      <div class="head-view-frame">
        <div class="head-view-body" ref={body} style={{ height: `${height}px`, '--row': `${tokenRow}px` }}>
          {columns[0]}
          <div ref={middle} class="head-view-lines">
            <svg width={width} height={height} role="img" aria-label={name}>
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
      <output class="head-view-told small">{lit && own ? told(props, own) : ''}</output>
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

const visible = (tokens: readonly TokenLabel[], special: boolean): readonly number[] =>
  tokens.flatMap((token, i) => (special || !token.special ? [i] : []));

const rowsOf = (shown: readonly number[]): ReadonlyMap<number, number> =>
  new Map(shown.map((token, row) => [token, row]));

/** The strongest partners of what is lit, as numbers. */
function told({ left, right, lit, active }: HeadViewProps, own: readonly HeadLine[]) {
  const { side, tokens } = lit!;
  const partners = side === 'query' ? right : left;
  const weights = [...sideWeights(own, side, active)]
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
