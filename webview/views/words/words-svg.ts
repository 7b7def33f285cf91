import { diverging } from '../../../src/shared/colour/maps';
import { colourAt } from '../../../src/shared/colour/table';
import type { Method } from '../../../src/shared/explanation';
import { shareText } from '../../../src/shared/format';
import { quoted } from '../../../src/shared/quoted';
import { fittedText } from '../../../src/shared/svg/fitted-text';
import { svg, svgDocument } from '../../../src/shared/svg/markup';
import type { SharedText } from '../../../src/shared/word-shares';
import { methodNames } from '../../../src/shared/wording';
import { themeColours } from '../../export/theme-colours';

const margin = 16;
const gap = 8;
const box = 26;
const line = box + 28;
const most = 800;
const size = 15;
/** Of the shade of the strongest word; more would hide the letters. */
const strongest = 0.5;

/** The words in lines of at most 800 pixels, each with its number below. */
export function wordsSvg(prompt: string, words: readonly SharedText[], method: Method): string {
  const { ground, text, quiet, accent } = themeColours();
  let [x, y, right] = [margin, margin, 0];
  const drawn = words.map(({ text: word, share, strength }) => {
    const fitted = fittedText(word, size, most - 2 * margin - 20);
    const width = Math.max(40, fitted.width + 20);
    if (x > margin && x + width > most - margin) [x, y] = [margin, y + line];
    const [left, top] = [x, y];
    x += width + gap;
    right = Math.max(right, left + width);
    const fill = method === 'signed' ? end((share ?? 0) < 0 ? 0 : 1) : accent;
    return svg`<rect x="${left}" y="${top}" width="${width}" height="${box}" rx="3" fill="${fill}" fill-opacity="${strongest * strength}"/>
<text x="${left + width / 2}" y="${top + 18}" text-anchor="middle" font-size="${size}" fill="${text}" unicode-bidi="plaintext">${fitted.text}</text>
<text x="${left + width / 2}" y="${top + box + 15}" text-anchor="middle" font-size="11" fill="${quiet}">${share === null ? '' : shareText(share)}</text>`;
  });
  const title = `Words of ${quoted(prompt)}: ${methodNames[method]}`;
  return svgDocument({ width: right + margin, height: y + line + margin / 2, title, ground, text, content: drawn });
}

function end(t: number): string {
  const [r, g, b] = colourAt(diverging, t).map(Math.round);
  return `rgb(${r},${g},${b})`;
}
