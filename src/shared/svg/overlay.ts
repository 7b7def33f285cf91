import { colourAt } from '../colour/table';
import type { Rect } from '../explanation';
import { valueText } from '../format';
import { insideImage, outsideCrop, patchRect, type Size } from '../geometry';
import type { HeatLayer } from '../heat-layer';
import { dimmed, edgeWhite, heatAlpha } from '../paint';
import { svg, svgDocument, type SvgMarkup } from './markup';

export interface OverlayPicture {
  /** Pixels of the original, which need not be those of the embedded photo. */
  readonly image: Size;
  readonly crop: Rect;
  /** data: URI. */
  readonly photo: string;
  /** null: no heat. Its own crop is not read. */
  readonly heat: Omit<HeatLayer, 'crop'> | null;
  /** For smooth heat: a data: URI of the layer (see `heatPixels`) over the crop's visible part. */
  readonly layer: string | null;
  readonly opacity: number;
  /** What is shown, of what: a sentence and the prompt or patch. */
  readonly title: string;
  readonly colours: { readonly ground: string; readonly text: string; readonly quiet: string };
}

const width = 800;
const margin = 16;
const barWidth = 160;

/** The picture as the panel shows it, with its legend. Patches are squares that an editor can take apart; smooth heat is an image. */
export function overlaySvg(picture: OverlayPicture): string {
  const { image, photo, heat, title, colours } = picture;
  const scale = width / image.width;
  const height = image.height * scale;
  const crop = scaled(picture.crop, scale);
  const shown = { width, height };
  const seen = insideImage(crop, shown);
  const outside = outsideCrop(crop, shown);
  const content = svg`<g transform="translate(${margin} ${margin})">
<image href="${photo}" width="${width}" height="${height}" preserveAspectRatio="none"/>
${outside.map(({ x, y, width, height }) => svg`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="#000" fill-opacity="${1 - dimmed}"/>`)}
${heat && heat.top > 0 ? heatMarkup(picture, heat, crop, seen) : null}
${outside.length > 0 ? svg`<rect x="${seen.x}" y="${seen.y}" width="${seen.width}" height="${seen.height}" fill="none" stroke="#fff" stroke-opacity="${edgeWhite}"/>` : null}
<g transform="translate(0 ${height + 12})">
<text y="12" font-size="13">${title}</text>
${heat ? legend(heat, picture.opacity, colours.quiet) : null}
</g>
</g>`;
  return svgDocument({
    width: width + 2 * margin,
    height: height + 2 * margin + 52,
    title,
    ground: colours.ground,
    text: colours.text,
    content,
  });
}

const scaled = ({ x, y, width, height }: Rect, by: number): Rect => ({
  x: x * by,
  y: y * by,
  width: width * by,
  height: height * by,
});

function heatMarkup(
  { layer, opacity }: OverlayPicture,
  heat: Omit<HeatLayer, 'crop'>,
  crop: Rect,
  seen: Rect,
): SvgMarkup | readonly SvgMarkup[] {
  // prettier-ignore
  if (layer !== null)
    return svg`<image href="${layer}" x="${seen.x}" y="${seen.y}" width="${seen.width}" height="${seen.height}" preserveAspectRatio="none" opacity="${opacity}"/>`;
  const columns = heat.grid[1];
  return Array.from(heat.map, (value, patch): SvgMarkup | null => {
    const t = Number.isFinite(value) ? value / heat.top : 0;
    const alpha = heatAlpha(Math.min(1, heat.signed ? Math.abs(t) : Math.max(0, t)), opacity);
    if (alpha < 0.002) return null;
    const whole = patchRect(crop, heat.grid, Math.floor(patch / columns), patch % columns);
    const part = insideImage(
      { ...whole, x: whole.x - seen.x, y: whole.y - seen.y },
      { width: seen.width, height: seen.height },
    );
    if (part.width <= 0 || part.height <= 0) return null;
    return svg`<rect x="${part.x + seen.x}" y="${part.y + seen.y}" width="${part.width}" height="${part.height}" fill="${colour(heat, heat.signed ? (t + 1) / 2 : t)}" fill-opacity="${alpha.toFixed(3)}"/>`;
  }).filter((rect) => rect !== null);
}

const colour = ({ table }: Pick<HeatLayer, 'table'>, t: number): string =>
  `#${colourAt(table, t)
    .map((c) => Math.round(c).toString(16).padStart(2, '0'))
    .join('')}`;

function legend(heat: Omit<HeatLayer, 'crop'>, opacity: number, quiet: string): SvgMarkup {
  const { top, signed } = heat;
  if (!(top > 0)) return svg`<text y="34" font-size="12" fill="${quiet}">zero everywhere: nothing is drawn</text>`;
  const low = signed ? valueText(-top) : '0';
  const stops = Array.from({ length: 33 }, (_, i) => {
    const t = i / 32;
    const alpha = heatAlpha(signed ? Math.abs(2 * t - 1) : t, opacity);
    return svg`<stop offset="${t.toFixed(4)}" stop-color="${colour(heat, t)}" stop-opacity="${alpha.toFixed(3)}"/>`;
  });
  const from = 7 * low.length + 8;
  return svg`<defs><linearGradient id="scale">${stops}</linearGradient></defs>
<text y="34" font-size="12" fill="${quiet}">${low}</text>
<rect x="${from}" y="25" width="${barWidth}" height="10" rx="2" fill="url(#scale)"/>
<text x="${from + barWidth + 8}" y="34" font-size="12" fill="${quiet}">${valueText(top)}</text>`;
}
