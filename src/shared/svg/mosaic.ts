import { svg, svgDocument } from './markup';

export interface MosaicPicture {
  readonly title: string;
  /** The tiles as a data URI of a PNG. */
  readonly picture: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly place: {
    readonly layers: number;
    readonly heads: number;
    readonly tileWidth: number;
    readonly tileHeight: number;
    readonly gap: number;
  };
  readonly colours: { readonly ground: string; readonly text: string; readonly quiet: string };
}

const left = 34;
const top = 56;

/** All layers × heads: the tiles as a picture, titles and numbers as text. */
export function mosaicSvg({ title, picture, size, place, colours }: MosaicPicture): string {
  const { layers, heads, tileWidth, tileHeight, gap } = place;
  return svgDocument({
    width: left + Math.max(size.width, 220) + 12,
    height: top + size.height + 12,
    title,
    ground: colours.ground,
    text: colours.text,
    content: [
      svg`<text x="12" y="22">${title}</text>`,
      svg`<image href="${picture}" x="${left}" y="${top}" width="${size.width}" height="${size.height}"/>`,
      svg`<g font-size="11" fill="${colours.quiet}">${Array.from(
        { length: layers },
        (_, layer) =>
          svg`<text x="${left - 8}" y="${top + layer * (tileHeight + gap) + tileHeight / 2}" dy="0.35em" text-anchor="end">${layer}</text>`,
      )}${Array.from(
        { length: heads },
        (_, head) =>
          svg`<text x="${left + head * (tileWidth + gap) + tileWidth / 2}" y="${top - 8}" text-anchor="middle">${head}</text>`,
      )}</g>`,
    ],
  });
}
