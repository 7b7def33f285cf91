import { diverging } from '../../src/shared/colour/maps';
import { colourAt } from '../../src/shared/colour/table';
import { fittedText } from '../../src/shared/svg/fitted-text';
import { svg, svgDocument } from '../../src/shared/svg/markup';
import type { ShadedText } from '../views/shaded-texts';
import { themeColours } from './theme-colours';

const margin = 16;
const gap = 8;
const box = 26;
const line = box + 28;
const most = 800;
const size = 15;
/** Of the shade of the strongest; more would hide the letters. */
const strongest = 0.5;

/** Shaded texts in lines of at most 800 pixels, each with its number below. */
export function shadedSvg(title: string, texts: readonly ShadedText[]): string {
  const { ground, text, quiet, accent } = themeColours();
  const [minus, plus] = [end(0), end(1)];
  let [x, y, right] = [margin, margin, 0];
  const drawn = texts.map(({ text: word, number, strength, tone }) => {
    const fitted = fittedText(word, size, most - 2 * margin - 20);
    const width = Math.max(40, fitted.width + 20);
    if (x > margin && x + width > most - margin) [x, y] = [margin, y + line];
    const [left, top] = [x, y];
    x += width + gap;
    right = Math.max(right, left + width);
    const fill = tone === 'plus' ? plus : tone === 'minus' ? minus : accent;
    return svg`<rect x="${left}" y="${top}" width="${width}" height="${box}" rx="3" fill="${fill}" fill-opacity="${strongest * strength}"/>
<text x="${left + width / 2}" y="${top + 18}" text-anchor="middle" font-size="${size}" fill="${text}" unicode-bidi="plaintext">${fitted.text}</text>
<text x="${left + width / 2}" y="${top + box + 15}" text-anchor="middle" font-size="11" fill="${quiet}">${number}</text>`;
  });
  return svgDocument({ width: right + margin, height: y + line + margin / 2, title, ground, text, content: drawn });
}

function end(t: number): string {
  const [r, g, b] = colourAt(diverging, t).map(Math.round);
  return `rgb(${r},${g},${b})`;
}
