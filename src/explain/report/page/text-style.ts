import { colourMaps } from '../../../shared/colour/maps';
import { colourAt } from '../../../shared/colour/table';
import { base, shadings } from './style';

const text = `
main { grid-template-columns: minmax(0, 1fr); }
.columns, .plots { display: grid; gap: 22px 28px; grid-template-columns: minmax(0, 1fr); align-items: start; }
.plot { display: block; width: 100%; height: auto; margin-top: 6px; font-size: 12px; overflow: visible; }
.plot text { fill: var(--quiet); } .plot .tick { text-anchor: end; } .plot .name-below { text-anchor: middle; }
.plot .turned { text-anchor: end; fill: var(--text); }
.rule { stroke: var(--line); } .rule.zero { stroke: var(--quiet); }
.curve { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
.point { fill: var(--accent); } .point.plus { fill: var(--plus); } .point.minus { fill: var(--minus); }
.state path { fill: none; stroke: var(--quiet); stroke-opacity: .35; stroke-width: 1.2; }
.crowded .state path { stroke-opacity: .08; }
.state text { display: none; fill: var(--strong); }
.state:hover path { stroke: var(--strong); stroke-opacity: 1; stroke-width: 2.5; } .state:hover text { display: inline; }
.special .word { font-style: italic; }
.tokens { position: relative; max-height: 70vh; } .tokens thead th { position: sticky; top: 0; background: var(--ground); }
.layer + .layer { margin-top: 26px; } .layer-heads { display: grid; gap: 16px 24px; margin-top: 8px; align-items: start; }
.matrix svg { display: block; max-width: 100%; height: auto; }
.tiles { display: grid; gap: 10px; grid-template-columns: repeat(auto-fill, minmax(96px, 1fr)); }
.tile svg { display: block; width: 100%; aspect-ratio: 1; border-radius: 2px; }
.tile.strongest svg { outline: 2px solid var(--accent); outline-offset: 1px; }
.tile figcaption { font-size: 11px; color: var(--strong); margin-top: 3px; }
.saliency p, .plots p { margin-top: 6px; }
@media (min-width: 900px) { .columns { grid-template-columns: minmax(0, 13fr) minmax(0, 7fr); }
.layer-heads { grid-template-columns: minmax(0, max-content) minmax(280px, 1fr); } .layer-heads.alone { grid-template-columns: minmax(0, 1fr); } }
@media (forced-colors: active) { .curve, .rule.zero { stroke: CanvasText; } .point { fill: CanvasText; } .state path { stroke: GrayText; } }
@media print { .tokens { max-height: none; } .layer, .plots > section { break-inside: avoid; } }
`;

/**
 * The style sheet of a text's report. The chosen token of each sequence is a radio button in its table, and :has() carries the choice to its line.
 *
 * @param tokens of each sequence
 */
export function textReportStyle(tokens: readonly number[]): string {
  const chosen = tokens.flatMap((count, s) =>
    Array.from({ length: count }, (_, i) => `body:has(#pick-${s}-${i}:checked) #state-${s}-${i}`),
  );
  const within = (part: string): string => chosen.map((selector) => `${selector} ${part}`).join(',');
  const scale = Array.from(
    { length: 17 },
    (_, i) =>
      `rgb(${colourAt(colourMaps.viridis, i / 16)
        .map(Math.round)
        .join(' ')})`,
  );
  return `${base}${text}
.scale { background: linear-gradient(to right, ${scale.join(', ')}); }
${shadings}
@supports selector(:has(*)) { @media screen {
${within('path')} { stroke: var(--accent); stroke-opacity: 1; stroke-width: 2.5; }
${within('text')} { display: inline; }
.prompts tr:has(:checked) > * { background: var(--chosen); }
.prompts tr:has(:checked) label { border-inline-start-color: var(--accent); }
.prompts tr:has(:focus-visible) label { outline: 2px solid var(--accent); outline-offset: -2px; }
} }`;
}
