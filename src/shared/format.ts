/** Numbers as people read them: the same in the terminal, the report and the panel, whatever the locale. */

/** 0.9938 → "99.4 %". What rounds to 0 or 100 without being it says so. */
export function percent(probability: number): string {
  if (!Number.isFinite(probability)) return '–';
  const shown = (100 * probability).toFixed(1);
  if (shown === '100.0' && probability < 1) return '> 99.9 %';
  if (shown === '0.0' && probability > 0) return '< 0.1 %';
  return `${shown} %`;
}

/** 10.3463 → "10.35". */
export const logitText = (logit: number): string => (Number.isFinite(logit) ? minus(logit.toFixed(2)) : '–');

/** A share of 1, such as a word's: 0.4459 → "0.45". */
export const shareText = (share: number): string => (Number.isFinite(share) ? minus(share.toFixed(2)) : '–');

/** A relevance, of any magnitude, with three digits that count: 0.3216 → "0.322", 0.0000123 → "1.23e-5". */
export function valueText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const text = Math.abs(value) >= 0.001 && Math.abs(value) < 10_000 ? trimmed(value) : value.toExponential(2);
  return minus(text);
}

/** Three significant digits without an exponent: 1234 → "1234", 0.00123 → "0.00123". */
const trimmed = (value: number): string => {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(digits);
};

/** "−0.00" says something that is not so. */
const minus = (text: string): string =>
  /^-0(\.0+)?$/.test(text) ? text.slice(1) : text.replace('-', '−').replace('e−', 'e-');

/** Milliseconds: "41 ms", "1.8 s". */
export const duration = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** Pixels or patches: "480 × 480"; fractions are rounded for reading. */
export const sizeText = ({ width, height }: { readonly width: number; readonly height: number }): string =>
  `${Math.round(width)} × ${Math.round(height)}`;

/** The last part of a path, with either separator. */
export const fileName = (path: string): string => path.split(/[\\/]/).at(-1) || path;
