import type { Token, TowerShape } from './explanation';

/** What stands along one side of a matrix. */
export interface Axis {
  readonly count: number;
  /** In full: a token's text, "CLS", "r3c4". */
  readonly name: (index: number) => string;
  /** What may be written at the axis, in order: every token, or CLS and the first patch of each row. */
  readonly marks: readonly AxisMark[];
  /** Tokens need room of their own; marks of rows are short. */
  readonly kind: 'tokens' | 'patches';
}

export interface AxisMark {
  readonly at: number;
  readonly text: string;
}

export const tokenAxis = (tokens: readonly Pick<Token, 'text'>[]): Axis => ({
  count: tokens.length,
  name: (index) => tokens[index]?.text ?? `${index}`,
  marks: tokens.map(({ text }, at) => ({ at, text })),
  kind: 'tokens',
});

/** CLIP's "<|startoftext|>" as "<start>": it stands beside words. */
export const shortSpecial = (text: string): string => text.replace(/^<\|(start|end)oftext\|>$/, '<$1>');

/** "CLS", "reg 0" for registers behind it, then the patches by row and column from 0: "r3c4". */
export function patchAxis({ tokens, prefix }: Pick<TowerShape, 'tokens' | 'prefix'>, columns: number): Axis {
  const leading = Array.from({ length: prefix }, (_, at) => ({ at, text: leadingName(at) }));
  const rows = Array.from({ length: Math.ceil((tokens - prefix) / columns) }, (_, row) => ({
    at: prefix + row * columns,
    text: `r${row}`,
  }));
  const name = (index: number): string => (index < prefix ? leadingName(index) : patchName(index - prefix, columns));
  return { count: tokens, name, marks: [...leading, ...rows], kind: 'patches' };
}

/** Of a single row that is no token: a pooling head's query. */
export const namedAxis = (text: string): Axis => ({
  count: 1,
  name: () => text,
  marks: [{ at: 0, text }],
  kind: 'patches',
});

const leadingName = (at: number): string => (at === 0 ? 'CLS' : `reg ${at - 1}`);

export const patchName = (patch: number, columns: number): string =>
  `r${Math.floor(patch / columns)}c${patch % columns}`;

/**
 * The marks that do not run into each other. Row marks keep an even step, so that a reader can count on; a leading CLS stays.
 *
 * @param cell pixels of one entry of the axis
 * @param room pixels that a mark needs
 */
export function thinned({ marks, kind }: Axis, cell: number, room: number): readonly AxisMark[] {
  const leading = kind === 'patches' ? marks.findIndex(({ text }) => text === 'r0') : 0;
  const rest = leading > 0 ? marks.slice(leading) : marks;
  const apart = rest.length > 1 ? (rest[1]!.at - rest[0]!.at) * cell : room;
  const step = Math.max(1, Math.ceil(room / Math.max(apart, 1e-6)));
  const out: AxisMark[] = leading > 0 ? [marks[0]!] : [];
  rest.forEach((mark, i) => {
    const last = out.at(-1);
    if (i % niceStep(step) === 0 && (!last || (mark.at - last.at) * cell >= room)) out.push(mark);
  });
  return out;
}

/** 1, 2, 5, 10, 20, …: the least that is not below. */
function niceStep(step: number): number {
  let ten = 1;
  for (;;) {
    for (const nice of [1, 2, 5]) if (nice * ten >= step) return nice * ten;
    ten *= 10;
  }
}
