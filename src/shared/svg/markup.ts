/**
 * SVG as text, for files that other programs open. Every datum is escaped where it is put in, so that a prompt stays a prompt; only
 * {@link svg} makes markup.
 */
export class SvgMarkup {
  constructor(readonly text: string) {}
}

export type SvgContent = SvgMarkup | string | number | null | readonly SvgContent[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What XML 1.0 cannot hold even as an entity: control characters, half surrogates, the two noncharacters. */
const impossible = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
/** Marks that would turn what follows around; a file has no <bdi>, only direction that each text sets for itself. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

export const svgText = (text: string): string =>
  text
    .replace(impossible, '\ufffd')
    .replace(turning, '')
    .replace(/[&<>"']/g, (c) => entities[c]!);

/** Coordinates to a hundredth: exact enough for any screen, and short. */
const svgNumber = (value: number): string => (Number.isFinite(value) ? String(Math.round(value * 100) / 100) : '0');

const rendered = (content: SvgContent): string => {
  if (content === null) return '';
  if (content instanceof SvgMarkup) return content.text;
  if (typeof content === 'number') return svgNumber(content);
  return typeof content === 'string' ? svgText(content) : content.map(rendered).join('');
};

/** Attributes must be quoted: svg`<text x="${x}">${prompt}</text>`. */
export const svg = (parts: TemplateStringsArray, ...data: readonly SvgContent[]): SvgMarkup =>
  new SvgMarkup(parts.reduce((text, part, i) => text + rendered(data[i - 1]!) + part));

export interface SvgDocument {
  readonly width: number;
  readonly height: number;
  /** Said by screen readers, and the file's title. */
  readonly title: string;
  /** Colours of the text and behind it, as the panel has them. */
  readonly ground: string;
  readonly text: string;
  readonly content: SvgContent;
}

/** A whole file: no script, no style sheet, nothing from elsewhere. */
export const svgDocument = ({ width, height, title, ground, text, content }: SvgDocument): string =>
  svg`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, 'Segoe UI', sans-serif" font-size="13" fill="${text}">
<title>${title}</title>
<rect width="100%" height="100%" fill="${ground}"/>
${content}
</svg>
`.text;
