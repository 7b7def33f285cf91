import { thinned, type Axis } from '../axis';
import { colourAt, type ColourTable } from '../colour/table';
import { valueText } from '../format';
import type { Matrix } from '../matrix';
import { clipped } from '../width';
import { svg, svgDocument, type SvgMarkup } from './markup';

export interface MatrixPicture {
  readonly matrix: Matrix;
  /** The value of the last colour. */
  readonly top: number;
  readonly signed: boolean;
  readonly table: ColourTable;
  readonly rowAxis: Axis;
  readonly columnAxis: Axis;
  readonly title: string;
  readonly colours: { readonly ground: string; readonly text: string; readonly quiet: string };
  /** The matrix as a data URI of a PNG, one pixel an entry: for matrices that have too many entries for rectangles. */
  readonly picture: () => string;
}

/** More rectangles make files that drawing programs choke on. */
const mostRectangles = 20_000;

/** One head as a vector file: rectangles, labels and a legend. */
export function matrixSvg(picture: MatrixPicture): string {
  const { matrix, rowAxis, columnAxis, title, colours, top, signed } = picture;
  const tokens = columnAxis.kind === 'tokens';
  const cell = Math.max(2, Math.min(24, Math.round(560 / matrix.columns)));
  const [left, head] = [tokens ? 110 : 48, 40];
  const [width, height] = [cell * matrix.columns, cell * matrix.rows];
  const below = tokens ? 90 : 26;
  const rows = thinned(rowAxis, cell, 13).map(
    ({ at, text }) =>
      svg`<text x="${left - 6}" y="${head + (at + 0.5) * cell}" dy="0.35em" text-anchor="end">${clipped(text, 16)}</text>`,
  );
  const columns = thinned(columnAxis, cell, tokens ? 14 : 30).map(({ at, text }) => {
    const [x, y] = [left + (at + 0.5) * cell, head + height + 12];
    return tokens
      ? svg`<text transform="translate(${x} ${y}) rotate(-45)" text-anchor="end">${clipped(text, 16)}</text>`
      : svg`<text x="${x}" y="${y + 4}" text-anchor="middle">${text}</text>`;
  });
  const legend = head + height + below + 8;
  return svgDocument({
    width: Math.max(left + Math.max(width, 200), 12 + 8 * title.length) + 16,
    height: legend + 34,
    title,
    ground: colours.ground,
    text: colours.text,
    content: [
      svg`<text x="12" y="22">${title}</text>`,
      svg`<g transform="translate(${left} ${head})">${cells(picture, cell)}</g>`,
      svg`<g font-size="11" fill="${colours.quiet}">${rows}${columns}</g>`,
      legendBar(picture, left, legend),
      svg`<g font-size="11" fill="${colours.quiet}"><text x="${left}" y="${legend + 24}">${signed ? valueText(-top) : '0'}</text><text x="${left + 160}" y="${legend + 24}" text-anchor="end">${valueText(top)}</text></g>`,
    ],
  });
}

function cells({ matrix, top, signed, table, picture }: MatrixPicture, size: number): SvgMarkup[] {
  const { rows, columns, data } = matrix;
  if (rows * columns > mostRectangles)
    return [
      svg`<image href="${picture()}" width="${columns * size}" height="${rows * size}" preserveAspectRatio="none" style="image-rendering:pixelated"/>`,
    ];
  const out: SvgMarkup[] = [];
  for (let row = 0; row < rows; row++)
    // Neighbours of one colour are one rectangle.
    for (let from = 0; from < columns;) {
      const fill = colour(table, data[row * columns + from]!, top, signed);
      let to = from + 1;
      while (to < columns && colour(table, data[row * columns + to]!, top, signed) === fill) to++;
      out.push(
        svg`<rect x="${from * size}" y="${row * size}" width="${(to - from) * size}" height="${size}" fill="${fill}"/>`,
      );
      from = to;
    }
  return out;
}

function legendBar({ table }: MatrixPicture, x: number, y: number): SvgMarkup[] {
  return Array.from(
    { length: 64 },
    (_, i) => svg`<rect x="${x + i * 2.5}" y="${y}" width="2.6" height="8" fill="${colour(table, i, 63, false)}"/>`,
  );
}

function colour(table: ColourTable, value: number, top: number, signed: boolean): string {
  const share = top > 0 && Number.isFinite(value) ? value / top : 0;
  const [r, g, b] = colourAt(table, signed ? (share + 1) / 2 : share);
  const hex = (v: number): string => Math.round(v).toString(16).padStart(2, '0');
  return `#${hex(r)}${hex(g)}${hex(b)}`;
}
