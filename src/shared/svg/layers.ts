import { valueText } from '../format';
import { svg, svgDocument, type SvgMarkup } from './markup';

export interface LayerBars {
  /** "image: all 6 layers (0–5)". */
  readonly caption: string;
  /** One for each layer from 0; null: the layer lies above the chosen ones. */
  readonly added: readonly (number | null)[];
  /** The chosen ones, both included. */
  readonly first: number;
  readonly last: number;
  /** Under each bar. */
  readonly names: readonly string[];
}

const width = 640;
const margin = 16;
const barHeight = 90;
const rowHeight = barHeight + 62;

/** What each layer adds to the relevance, one row of bars for each tower, every bar with its number. */
export function layersSvg(
  rows: readonly LayerBars[],
  {
    title,
    colours,
  }: {
    readonly title: string;
    readonly colours: {
      readonly ground: string;
      readonly text: string;
      readonly quiet: string;
      readonly accent: string;
    };
  },
): string {
  const content = svg`<text x="${margin}" y="${margin + 12}">${title}</text>
${rows.map((row, i) => svg`<g transform="translate(${margin} ${margin + 28 + i * rowHeight})">${bars(row, colours)}</g>`)}`;
  return svgDocument({
    width: width + 2 * margin,
    height: rows.length * rowHeight + 2 * margin + 20,
    title,
    ground: colours.ground,
    text: colours.text,
    content,
  });
}

function bars(
  { caption, added, first, last, names }: LayerBars,
  { quiet, accent }: { readonly quiet: string; readonly accent: string },
): SvgMarkup {
  const top = Math.max(0, ...added.map((value) => value ?? 0));
  const step = width / added.length;
  // A number needs about six letters; where bars are narrower than that, they have names alone.
  const numbered = step >= 34;
  return svg`<text y="12" font-size="12" fill="${quiet}">${caption}</text>
${added.map((value, layer) => {
  const height = value === null || top === 0 ? 0 : (value / top) * (barHeight - 16);
  const x = layer * step;
  const base = 20 + barHeight;
  const chosen = layer >= first && layer <= last;
  return svg`<rect x="${x + 1}" y="${base - height}" width="${step - 2}" height="${height}" fill="${chosen ? accent : quiet}" fill-opacity="${chosen ? '1' : '0.35'}"/>
${numbered && value !== null ? svg`<text x="${x + step / 2}" y="${base - height - 4}" font-size="11" text-anchor="middle">${valueText(value)}</text>` : null}
<text x="${x + step / 2}" y="${base + 15}" font-size="11" fill="${quiet}" text-anchor="middle">${names[layer] ?? ''}</text>`;
})}`;
}
