import type { LineStroke } from '../head-lines';
import { clipped } from '../width';
import { svg, svgDocument, type SvgMarkup } from './markup';

export interface HeadViewPicture {
  readonly title: string;
  /** Queries left and keys right, or above and below. */
  readonly layout: 'vertical' | 'horizontal';
  /** Tokens of both sides, and where the middle of each is along it, in pixels. */
  readonly left: readonly PlacedToken[];
  readonly right: readonly PlacedToken[];
  /** Of the longer side. */
  readonly length: number;
  /** For sides that are so far apart. */
  readonly strokes: (width: number) => readonly LineStroke[];
  /** Of each head. */
  readonly colours: readonly string[];
  readonly theme: { readonly ground: string; readonly text: string };
}

interface PlacedToken {
  readonly text: string;
  readonly at: number;
}

/** Room for a column of tokens, for a row, and between two of them. */
const column = 130;
const row = 24;
const apart = { vertical: 240, horizontal: 180 } as const;
const top = 44;
const margin = 12;

/** The head view as it is now, as a vector file. */
export function headViewSvg(picture: HeadViewPicture): string {
  const { title, layout, left, right, length, theme } = picture;
  const vertical = layout === 'vertical';
  const between = apart[layout];
  return svgDocument({
    width: vertical ? 2 * column + between : Math.max(length + 2 * margin, 12 + 8 * title.length),
    height: vertical ? top + length + 16 : top + 2 * row + between + 16,
    title,
    ground: theme.ground,
    text: theme.text,
    content: [
      svg`<text x="12" y="24">${title}</text>`,
      ...(vertical
        ? [
            left.map(({ text, at }) => label(text, column - 8, top + at, 'end')),
            right.map(({ text, at }) => label(text, column + between + 8, top + at, 'start')),
          ]
        : [
            left.map(({ text, at }) => label(text, margin + at, top + row / 2, 'middle')),
            right.map(({ text, at }) => label(text, margin + at, top + 1.5 * row + between, 'middle')),
          ]),
      lines(picture, vertical ? `${column} ${top}` : `${margin} ${top + row}`, between),
    ],
  });
}

const label = (text: string, x: number, y: number, anchor: 'start' | 'middle' | 'end'): SvgMarkup =>
  svg`<text x="${x}" y="${y}" dy="0.35em" text-anchor="${anchor}">${clipped(text, 16)}</text>`;

const lines = ({ strokes, colours, theme }: HeadViewPicture, from: string, between: number): SvgMarkup =>
  svg`<g transform="translate(${from})" fill="none" stroke-width="2">${strokes(between).map(
    ({ head, opacity, path }) =>
      svg`<path d="${path}" stroke="${colours[head] ?? theme.text}" stroke-opacity="${opacity}"/>`,
  )}</g>`;
