import type { Matrix } from './matrix';

/** A line of the head view: a query of the left column attends a key of the right one. */
export interface HeadLine {
  readonly head: number;
  readonly query: number;
  readonly key: number;
  /** The entry of A. */
  readonly weight: number;
}

export interface LineChoice {
  /** Which heads are drawn; a line's opacity is its weight ÷ their number. */
  readonly active: readonly number[];
  /** Whether a query and a key may be joined: hidden tokens, sentence pairs. All may where absent. */
  readonly joins?: (query: number, key: number) => boolean;
  /** Lines fainter than this are not drawn. */
  readonly faintest?: number;
  /** So many lines stay fluid; beyond, each query of each head keeps its strongest. */
  readonly budget?: number;
}

export interface HeadLines {
  readonly lines: readonly HeadLine[];
  /** Each query of each head keeps so many lines; null: all that can be seen are drawn. */
  readonly strongest: number | null;
  /** Visible lines that the budget left out. */
  readonly left: number;
}

/** Below one step of an eight-bit screen over the whole range of colours, hardly anything is seen. */
const faintest = 0.008;
const budget = 6000;

/**
 * What the head view draws. Fainter lines are left out first; then, where many tokens still make too many lines, all but the strongest of
 * each query.
 *
 * @param heads A of every head, [queries, keys]
 */
export function headLines(heads: readonly Matrix[], choice: LineChoice): HeadLines {
  const { active, joins } = choice;
  const least = (choice.faintest ?? faintest) * active.length;
  const rows: HeadLine[][] = [];
  let count = 0;
  for (const head of active) {
    const { rows: queries, columns: keys, data } = heads[head]!;
    for (let query = 0, at = 0; query < queries; query++) {
      const lines: HeadLine[] = [];
      for (let key = 0; key < keys; key++, at++) {
        const weight = data[at]!;
        if (weight >= least && (!joins || joins(query, key))) lines.push({ head, query, key, weight });
      }
      if (lines.length > 0) rows.push(lines);
      count += lines.length;
    }
  }
  const most = choice.budget ?? budget;
  if (count <= most) return { lines: rows.flat(), strongest: null, left: 0 };
  const strongest = Math.max(1, Math.floor(most / rows.length));
  const lines = rows.flatMap((line) => line.toSorted((a, b) => b.weight - a.weight).slice(0, strongest));
  return { lines, strongest, left: count - lines.length };
}

/** The lines of one token alone, all of them that are not zero. */
export const tokenLines = (
  heads: readonly Matrix[],
  { active, joins }: LineChoice,
  side: 'query' | 'key',
  token: number,
): HeadLine[] =>
  active.flatMap((head) => {
    const { rows, columns, data } = heads[head]!;
    const partners = side === 'query' ? columns : rows;
    return Array.from({ length: partners }, (_, partner): HeadLine => {
      const [query, key] = side === 'query' ? [token, partner] : [partner, token];
      return { head, query, key, weight: data[query * columns + key]! };
    }).filter(({ query, key, weight }) => weight > 0 && (!joins || joins(query, key)));
  });

/** One stroke: all lines of a head that have nearly the same opacity. */
export interface LineStroke {
  readonly head: number;
  readonly opacity: number;
  /** SVG path data. */
  readonly path: string;
}

/** Opacities are drawn in so many steps, closer together where they are faint. */
const opacitySteps = 20;

/** Lines of several heads between the same tokens lie side by side, within so many pixels of a row. */
const spread = 12;
const apart = 2.5;

/**
 * @param active heads, as many as a weight is divided by
 * @param place where the rows of both columns lie: the y of a query and of a key, and the width between the columns
 */
export function lineStrokes(
  lines: readonly HeadLine[],
  active: readonly number[],
  place: { readonly query: (i: number) => number; readonly key: (i: number) => number; readonly width: number },
): LineStroke[] {
  const paths = new Map<string, { head: number; level: number; parts: string[] }>();
  const bend = round(place.width / 2);
  const step = Math.min(apart, spread / active.length);
  const shift = new Map(active.map((head, i) => [head, (i - (active.length - 1) / 2) * step]));
  for (const { head, query, key, weight } of lines) {
    const level = Math.min(opacitySteps, Math.ceil(Math.sqrt(weight / active.length) * opacitySteps));
    const id = `${head} ${level}`;
    let stroke = paths.get(id);
    if (!stroke) paths.set(id, (stroke = { head, level, parts: [] }));
    const own = shift.get(head) ?? 0;
    const [from, to] = [round(place.query(query) + own), round(place.key(key) + own)];
    stroke.parts.push(
      from === to
        ? `M0 ${from}H${place.width}`
        : `M0 ${from}C${bend} ${from} ${bend} ${to} ${round(place.width)} ${to}`,
    );
  }
  return [...paths.values()]
    .sort((a, b) => a.level - b.level || a.head - b.head)
    .map(({ head, level, parts }) => ({ head, opacity: (level / opacitySteps) ** 2, path: parts.join('') }));
}

const round = (value: number): number => Math.round(value * 10) / 10;
