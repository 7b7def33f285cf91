import { colourAt, type ColourTable } from '../../../shared/colour/table';
import type { Size } from '../../../shared/geometry';
import { heatAlpha } from '../../../shared/paint';

/** Steps of the shading of words; classes instead of style attributes, so that the page's CSP needs no 'unsafe-inline'. */
const shades = 20;

/** Of every report. */
export const base = `
:root { color-scheme: light dark; --ground: #ffffff; --text: #3b3b3b; --strong: #1f1f1f; --quiet: #636363; --line: #e5e5e5;
  --accent: #005fb8; --chosen: #e4effa; --plus: #d13438; --minus: #4b5fd6; --shade: 58%; }
@media (prefers-color-scheme: dark) { :root { --ground: #1f1f1f; --text: #cccccc; --strong: #ffffff; --quiet: #9d9d9d;
  --line: #333333; --accent: #2b8ce6; --chosen: #0b3a5c; --plus: #c8403c; --minus: #5b73e8; --shade: 62%; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 16px 32px; max-width: 1600px; background: var(--ground); color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere; -webkit-text-size-adjust: 100%; }
h1, h2, p, figure, table, ol, dl, dd { margin: 0; padding: 0; }
h1 { font-size: 14px; font-weight: 650; color: var(--strong); }
h2, caption { font-size: 11px; font-weight: 650; letter-spacing: .08em; text-transform: uppercase; color: var(--quiet);
  text-align: start; padding: 0; }
header { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; padding: 12px 0; margin-bottom: 14px;
  border-bottom: 1px solid var(--line); }
header p { color: var(--quiet); } header .end { margin-inline-start: auto; }
main { display: grid; gap: 22px 28px; grid-template-columns: minmax(0, 1fr); align-items: start; }
.away { position: absolute; width: 1px; height: 1px; margin: 0; opacity: 0; pointer-events: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

.pictures { display: grid; gap: 14px 12px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 260px), 1fr)); }
.picture { position: relative; min-width: 0; }
.picture label { display: block; cursor: pointer; }
.frame { display: block; position: relative; overflow: hidden; border-radius: 3px; background: #8882; }
.frame img { display: block; width: 100%; height: auto; }
.patches { position: absolute; inset: 0; width: 100%; height: 100%; overflow: hidden; }
.patches rect { fill: transparent; stroke: none; vector-effect: non-scaling-stroke; }
.patches rect:hover { stroke: #fff; stroke-width: 1.5px; }
.name { display: block; margin-top: 6px; color: var(--strong); }
.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 10px; margin-top: 4px; color: var(--quiet); }
.scale { display: inline-block; width: 120px; height: 8px; border-radius: 2px; }
.numbers { margin-top: 8px; } summary { cursor: pointer; color: var(--quiet); }
summary:hover { color: var(--text); }
.scroll { overflow: auto; max-height: 420px; margin-top: 6px; }
.grid { border-collapse: collapse; font-size: 11px; white-space: nowrap; }
.grid th, .grid td { padding: 2px 6px; text-align: end; font-weight: 400; } .grid th { color: var(--quiet); }
.grid .top { font-weight: 650; color: var(--strong); }

.reading { display: grid; gap: 22px; grid-template-columns: minmax(0, 1fr); }
.prompts { width: 100%; border-collapse: collapse; }
.prompts caption { margin-bottom: 4px; }
.prompts th { font-weight: 400; text-align: start; }
.prompts thead th { color: var(--quiet); padding: 2px 8px; }
.prompts tbody th, .prompts tbody td { border-top: 1px solid var(--line); padding: 0 8px; }
.prompts + p { margin-top: 8px; padding-top: 8px; border-top: 1px solid var(--line); }
.prompts tbody th { padding-inline-start: 0; color: var(--strong); }
.prompts label { display: block; padding: 6px 8px; cursor: pointer; border-inline-start: 2px solid transparent; }
.prompts .number { text-align: end; white-space: nowrap; }
.prompts .bar { width: 30%; padding-inline-end: 0; }
.bar svg { display: block; width: 100%; height: 8px; } .bar rect { fill: var(--accent); }
.mark { color: var(--quiet); }
.words { list-style: none; display: flex; flex-wrap: wrap; gap: 6px; padding: 7px 0 7px 8px; border-inline-start: 2px solid transparent; }
.words + .words { margin-top: 2px; }
.words li { min-width: 0; text-align: center; color: var(--strong); }
.words .word { display: block; unicode-bidi: isolate; padding: 2px 8px; border-radius: 3px; min-width: 28px; }
.words .value { display: block; font-size: 11px; color: var(--quiet); }
.said p + p, .said h2 + * { margin-top: 4px; } .quiet { color: var(--quiet); }
.notes { padding-inline-start: 10px; border-inline-start: 2px solid var(--accent); }
.notes p + p { margin-top: 6px; }
footer { margin-top: 28px; padding-top: 10px; border-top: 1px solid var(--line); color: var(--quiet); font-size: 11px; }

@media (min-width: 900px) { main { grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); } }
@media (max-width: 480px) { .prompts .bar { display: none; } }
@media (forced-colors: active) { .bar rect { fill: CanvasText; } }
@media print { body { max-width: none; } .picture, .words { break-inside: avoid; } }
`;

const shading = (name: string, colour: string): string =>
  Array.from(
    { length: shades + 1 },
    (_, i) =>
      `.${name}${i} { background: color-mix(in srgb, var(${colour}) calc(${i / shades} * var(--shade)), transparent); }\n`,
  ).join('');

/** Classes s0 … of what has a size, p0 … and m0 … of what has a sign. */
export const shadings = `${shading('s', '--accent')}${shading('p', '--plus')}${shading('m', '--minus')}`;

/** The class of a score beside the largest magnitude. */
export function shade(score: number, most: number, signed: boolean): string {
  const step = most > 0 ? Math.round((shades * Math.min(most, Math.abs(score))) / most) : 0;
  return `${signed ? (score < 0 ? 'm' : 'p') : 's'}${Number.isFinite(step) ? step : 0}`;
}

/**
 * The style sheet of an image's report. The chosen prompt is a radio button, and :has() carries the choice to its picture, its row and its
 * words: nothing runs. Where :has() is not known, and on paper, all pictures are alike and everything is shown.
 */
export function reportStyle(prompts: number, picture: Size, table: ColourTable, signed: boolean): string {
  const ids = [...Array.from({ length: prompts }, (_, k) => String(k)), 'photo'];
  const when = (part: string): string => ids.map((id) => `body:has(#pick-${id}:checked) #${part}-${id}`).join(',');
  const aspect = (picture.width / picture.height).toFixed(4);
  return `${base}
.scale { background: linear-gradient(to right, ${gradient(table, signed)}); }
${shadings}
@supports selector(:has(*)) { @media screen {
.pictures { grid-template-columns: repeat(auto-fill, minmax(min(30%, 150px), 1fr)); }
.picture .large { display: none; } .patches { pointer-events: none; }
.picture .name { font-size: 11px; color: var(--quiet); margin-top: 4px; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.picture label:hover .frame { box-shadow: 0 0 0 2px var(--accent); }
${when('picture')} { grid-column: 1 / -1; order: -1; }
${part(when('picture'), '.large')} { display: block; }
${part(when('picture'), '.legend')} { display: flex; }
${part(when('picture'), '.patches')} { pointer-events: auto; }
${part(when('picture'), '.name')} { font-size: 14px; color: var(--strong); margin-top: 8px; -webkit-line-clamp: none; }
${part(when('picture'), 'label')} { cursor: default; }
${part(when('picture'), 'label:hover .frame')} { box-shadow: none; }
${part(when('picture'), '.frame')} { max-width: calc(82vh * ${aspect}); }
.prompts tr:has(:checked) > * { background: var(--chosen); }
.prompts tr:has(:checked) label, ${when('words')} { border-inline-start-color: var(--accent); }
.prompts tr:has(:focus-visible) label { outline: 2px solid var(--accent); outline-offset: -2px; }
.picture:has(.away:focus-visible) .frame { outline: 2px solid var(--accent); outline-offset: 2px; }
} }`;
}

/** Each selector of a list, with a descendant. */
const part = (selectors: string, descendant: string): string =>
  selectors
    .split(',')
    .map((selector) => `${selector} ${descendant}`)
    .join(',');

/** The legend is transparent where the overlay is, over the page as over the photo. */
function gradient(table: ColourTable, signed: boolean): string {
  const stops = 24;
  return Array.from({ length: stops + 1 }, (_, i) => {
    const t = i / stops;
    const [r, g, b] = colourAt(table, t).map(Math.round) as [number, number, number];
    return `rgb(${r} ${g} ${b} / ${heatAlpha(signed ? Math.abs(2 * t - 1) : t, 1).toFixed(3)})`;
  }).join(', ');
}
