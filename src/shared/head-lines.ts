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
 * @param heads A of every head, [queries, keys]; those that are not active may be missing
 */
export function headLines(heads: readonly (Matrix | null)[], choice: LineChoice): HeadLines {
  const { active } = choice;
  const least = (choice.faintest ?? faintest) * active.length;
  const rows: HeadLine[][] = [];
  let count = 0;
  for (const head of active) {
    const { rows: queries, columns: keys, data } = heads[head]!;
    for (let query = 0, at = 0; query < queries; query++) {
      const lines: HeadLine[] = [];
      for (let key = 0; key < keys; key++, at++) {
        const weight = data[at]!;
        if (weight >= least) lines.push({ head, query, key, weight });
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
export function tokenLines(
  heads: readonly (Matrix | null)[],
  active: readonly number[],
  side: 'query' | 'key',
  token: number,
): HeadLine[] {
  const lines: HeadLine[] = [];
  for (const head of active) {
    const { rows, columns, data } = heads[head]!;
    const partners = side === 'query' ? columns : rows;
    for (let partner = 0; partner < partners; partner++) {
      const [query, key] = side === 'query' ? [token, partner] : [partner, token];
      const weight = data[query * columns + key]!;
      if (weight > 0) lines.push({ head, query, key, weight });
    }
  }
  return lines;
}

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

/** Where lines run. */
export interface LinePlace {
  /** From column to column, side by side; or from row to row, one above the other. */
  readonly layout: 'vertical' | 'horizontal';
  /** Along a column or row: where the middle of a query and of a key is. */
  readonly query: (i: number) => number;
  readonly key: (i: number) => number;
  /** Between the columns or rows. */
  readonly width: number;
}

/**
 * @param active heads, as many as a weight is divided by
 */
export function lineStrokes(lines: readonly HeadLine[], active: readonly number[], place: LinePlace): LineStroke[] {
  const paths = new Map<number, { head: number; level: number; parts: string[] }>();
  const curve = place.layout === 'vertical' ? across(place.width) : down(place.width);
  const step = Math.min(apart, spread / active.length);
  const shift = new Map(active.map((head, i) => [head, (i - (active.length - 1) / 2) * step]));
  for (const { head, query, key, weight } of lines) {
    const level = Math.min(opacitySteps, Math.ceil(Math.sqrt(weight / active.length) * opacitySteps));
    const id = head * (opacitySteps + 1) + level;
    let stroke = paths.get(id);
    if (!stroke) paths.set(id, (stroke = { head, level, parts: [] }));
    const own = shift.get(head) ?? 0;
    stroke.parts.push(curve(round(place.query(query) + own), round(place.key(key) + own)));
  }
  return [...paths.values()]
    .sort((a, b) => a.level - b.level || a.head - b.head)
    .map(({ head, level, parts }) => ({ head, opacity: (level / opacitySteps) ** 2, path: parts.join('') }));
}

type Curve = (from: number, to: number) => string;

function across(width: number): Curve {
  const [bend, end] = [round(width / 2), round(width)];
  return (from, to) => (from === to ? `M0 ${from}H${end}` : `M0 ${from}C${bend} ${from} ${bend} ${to} ${end} ${to}`);
}

function down(height: number): Curve {
  const [bend, end] = [round(height / 2), round(height)];
  return (from, to) => (from === to ? `M${from} 0V${end}` : `M${from} 0C${from} ${bend} ${to} ${bend} ${to} ${end}`);
}

const round = (value: number): number => Math.round(value * 10) / 10;
