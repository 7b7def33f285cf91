import { clipped } from '../width';
import { svg, svgDocument } from './markup';

export interface AcrossPicture {
  readonly title: string;
  /** What has lines: "CLS". */
  readonly source: string;
  readonly words: readonly { readonly text: string; readonly share: string }[];
  /** Pixels of a row of the list; the strokes begin at the middle of the first. */
  readonly row: number;
  readonly place: {
    readonly list: number;
    readonly gap: number;
    readonly imageWidth: number;
    readonly imageHeight: number;
  };
  readonly strokes: readonly { readonly opacity: number; readonly path: string }[];
  /** The image with its patches as a data URI. */
  readonly picture: string;
  readonly colours: { readonly ground: string; readonly text: string; readonly accent: string };
}

const left = 12;
const top = 40;

/** CLS and words, lines and patches, as they stand. */
export function acrossSvg({ title, source, words, row, place, strokes, picture, colours }: AcrossPicture): string {
  const { list, gap, imageWidth, imageHeight } = place;
  const y = (i: number): number => (i + 0.5) * row;
  return svgDocument({
    width: Math.max(list + gap + imageWidth, 8 * title.length) + 2 * left,
    height: top + Math.max(imageHeight, (words.length + 1) * row) + left,
    title,
    ground: colours.ground,
    text: colours.text,
    content: [
      svg`<text x="${left}" y="24">${title}</text>`,
      svg`<g transform="translate(${left} ${top})"><text x="8" y="${y(0)}" dy="0.35em" font-weight="600">${source}</text>${words.map(
        ({ text, share }, i) =>
          svg`<text x="8" y="${y(i + 1)}" dy="0.35em">${clipped(text, 16)}</text><text x="${list - 8}" y="${y(i + 1)}" dy="0.35em" text-anchor="end">${share}</text>`,
      )}<image href="${picture}" x="${list + gap}" y="0" width="${imageWidth}" height="${imageHeight}" preserveAspectRatio="none"/><g fill="none" stroke="${colours.accent}" stroke-width="1.5">${strokes.map(
        ({ opacity, path }) => svg`<path d="${path}" stroke-opacity="${opacity}"/>`,
      )}</g></g>`,
    ],
  });
}
