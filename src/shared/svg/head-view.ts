import type { LineStroke } from '../head-lines';
import { clipped } from '../width';
import { svg, svgDocument } from './markup';

export interface HeadViewPicture {
  readonly title: string;
  /** Tokens of both columns, top to bottom. */
  readonly left: readonly string[];
  readonly right: readonly string[];
  /** For columns that are so far apart. */
  readonly strokes: (width: number) => readonly LineStroke[];
  /** Pixels of one token's row. */
  readonly row: number;
  /** Of each head. */
  readonly colours: readonly string[];
  readonly theme: { readonly ground: string; readonly text: string };
}

const column = 130;
const between = 240;
const top = 44;

/** The head view as it is now, as a vector file. */
export function headViewSvg({ title, left, right, strokes, row, colours, theme }: HeadViewPicture): string {
  const y = (i: number): number => top + (i + 0.5) * row;
  return svgDocument({
    width: 2 * column + between,
    height: top + row * Math.max(left.length, right.length) + 16,
    title,
    ground: theme.ground,
    text: theme.text,
    content: [
      svg`<text x="12" y="24">${title}</text>`,
      left.map(
        (text, i) => svg`<text x="${column - 8}" y="${y(i)}" dy="0.35em" text-anchor="end">${clipped(text, 16)}</text>`,
      ),
      right.map(
        (text, i) => svg`<text x="${column + between + 8}" y="${y(i)}" dy="0.35em">${clipped(text, 16)}</text>`,
      ),
      svg`<g transform="translate(${column} ${top})" fill="none" stroke-width="2">${strokes(between).map(
        ({ head, opacity, path }) =>
          svg`<path d="${path}" stroke="${colours[head] ?? theme.text}" stroke-opacity="${opacity}"/>`,
      )}</g>`,
    ],
  });
}
