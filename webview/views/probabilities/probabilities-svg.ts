import { logitText, percent } from '../../../src/shared/format';
import type { PanelImage } from '../../../src/shared/panel-protocol';
import { fittedText } from '../../../src/shared/svg/fitted-text';
import { svg, svgDocument, type SvgMarkup } from '../../../src/shared/svg/markup';
import { themeColours } from '../../export/theme-colours';

const margin = 16;
const line = 28;
const promptWidth = 260;
const numberWidth = 70;
const barWidth = 150;

/** The table as a picture, its rows in the order that is given. */
export function probabilitiesSvg(images: readonly PanelImage[], order: readonly number[]): string {
  const { ground, text, quiet, accent, line: rule } = themeColours();
  const block = 2 * numberWidth + barWidth + 2 * margin;
  const width = 2 * margin + promptWidth + images.length * block;
  const top = margin + (images.length > 1 ? line : 0);
  const from = (i: number): number => margin + promptWidth + i * block;
  const label = (x: number, y: number, what: string, anchor: 'start' | 'end', fill: string): SvgMarkup =>
    svg`<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${fill}" unicode-bidi="plaintext">${what}</text>`;
  const heads = images.map(({ name }, i) => [
    images.length > 1
      ? label(from(i) + numberWidth, margin + 12, fittedText(name, 13, block - numberWidth).text, 'start', text)
      : null,
    label(from(i) + numberWidth, top + 12, 'logit', 'end', quiet),
    label(from(i) + 2 * numberWidth + margin, top + 12, 'probability', 'end', quiet),
  ]);
  const rows = order.map((k, row) => {
    const y = top + line * (row + 1) + 12;
    const prompt = images[0]!.explained.prompts[k]!;
    return [
      svg`<line x1="${margin}" x2="${width - margin}" y1="${y - 19}" y2="${y - 19}" stroke="${rule}" stroke-width="1"/>`,
      label(margin, y, fittedText(prompt.text, 13, promptWidth).text, 'start', text),
      images.map(({ explained }, i) => {
        const { logit, probability } = explained.prompts[k]!;
        const bar = from(i) + 2 * numberWidth + 2 * margin;
        const share = Math.min(1, Math.max(0, probability || 0));
        return [
          label(from(i) + numberWidth, y, logitText(logit), 'end', text),
          label(from(i) + 2 * numberWidth + margin, y, percent(probability), 'end', text),
          svg`<rect x="${bar}" y="${y - 9}" width="${Math.max(1, share * (barWidth - margin))}" height="8" rx="1" fill="${accent}"/>`,
        ];
      }),
    ];
  });
  const title = `Probabilities of ${order.length} ${order.length === 1 ? 'prompt' : 'prompts'}`;
  return svgDocument({
    width,
    height: top + line * (order.length + 1) + margin,
    title,
    ground,
    text,
    content: [heads, rows],
  });
}
