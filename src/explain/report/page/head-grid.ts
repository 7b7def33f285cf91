import { tokenAxis } from '../../../shared/axis';
import { colourMaps } from '../../../shared/colour/maps';
import { colourAt } from '../../../shared/colour/table';
import { percent, valueText } from '../../../shared/format';
import { matrixSvg } from '../../../shared/svg/matrix';
import type { AttentionGroup, TextToken } from '../../../shared/text/explanation';
import { shrinkHeads, thumbnailSide } from '../../../shared/thumbnails';
import type { ReportLayer } from '../text-report-heads';
import { html, raw, type Html } from './html';

/** Colours of a thumbnail: one path each. */
const levels = 20;
/** Entries of a matrix that is drawn with its labels; a larger one is shown as thumbnails alone. */
const mostEntries = 20_000;
const table = colourMaps.viridis;

/**
 * A layer: its strongest head with tokens on both axes, then all heads small, and their numbers. All have one scale, but of a long text each has its own, since
 * attention to hundreds of tokens is thin beside a head that looks at one.
 */
export function headGrid(
  layer: ReportLayer,
  group: AttentionGroup,
  queries: readonly TextToken[],
  keys: readonly TextToken[],
): Html {
  const { attention, share } = layer;
  const [heads, rows, columns] = attention.dims as readonly [number, number, number];
  const top = largest(attention.data);
  const strongest = layer.relevance.indexOf(Math.max(...layer.relevance));
  const name = `${group.name === 'self' ? 'Layer' : `${names[group.name]}, layer`} ${layer.layer}`;
  const numbered = (head: number): string => `${name}, head ${head}`;
  const small = shrinkHeads(attention, thumbnailSide(rows), thumbnailSide(columns));
  const [h, w] = [thumbnailSide(rows), thumbnailSide(columns)];
  const part = (head: number): Float32Array => small.subarray(head * h * w, (head + 1) * h * w);
  const own = Math.max(rows, columns) > Math.max(h, w);
  const tiles = Array.from(
    { length: heads },
    (_, head) => html`<figure class="tile${head === strongest ? ' strongest' : ''}">
      ${thumbnail(part(head), h, w, own ? largest(part(head)) : top, `${numbered(head)}: up to ${valueText(largest(part(head)))}, entropy ${valueText(layer.entropy[head]!)}, ${percent(layer.relevance[head]!)} of the relevance.`)}
      <figcaption>h${head} <span class="quiet">${percent(layer.relevance[head]!)}</span></figcaption>
    </figure>`, // prettier-ignore
  );
  const large = rows * columns > mostEntries || strongest < 0 ? null : raw(largeMatrix(layer, strongest, top, numbered(strongest), queries, keys)); // prettier-ignore
  return html`<section class="layer">
    <h2>${name} · ${percent(share)} of the relevance</h2>
    <div class="layer-heads${large === null ? ' alone' : ''}">
      ${large === null ? null : html`<figure class="matrix">${large}</figure>`}
      <div>
        <div class="tiles">${tiles}</div>
        <p class="legend"><span>0</span><span class="scale"></span><span>${own ? 'each head’s largest' : valueText(top)}</span><span>attention, queries down, keys across; the frame marks the head with most relevance</span></p>
        ${headNumbers(layer, name)}
      </div>
    </div>
  </section>`; // prettier-ignore
}

const names = { self: '', encoder: 'Encoder', decoder: 'Decoder', cross: 'Cross-attention' } as const;

const largest = (values: Float32Array): number => values.reduce((most, x) => Math.max(most, x), 0);

/** `matrixSvg` escapes what it is given; the colours are the page's. */
function largeMatrix(
  { attention }: ReportLayer,
  head: number,
  top: number,
  title: string,
  queries: readonly TextToken[],
  keys: readonly TextToken[],
): string {
  const [, rows, columns] = attention.dims as readonly [number, number, number];
  const data = attention.data.subarray(head * rows * columns, (head + 1) * rows * columns);
  return matrixSvg({
    matrix: { rows, columns, data: Float64Array.from(data) },
    top,
    signed: false,
    table,
    rowAxis: tokenAxis(queries),
    columnAxis: tokenAxis(keys),
    title,
    colours: { ground: 'none', text: 'currentColor', quiet: 'currentColor' },
    picture: () => '',
  });
}

/** [rows, columns] as one path for each level of colour. */
function thumbnail(values: Float32Array, rows: number, columns: number, top: number, label: string): Html {
  const paths = Array.from({ length: levels + 1 }, () => '');
  for (let row = 0; row < rows; row++)
    for (let from = 0; from < columns;) {
      const level = levelOf(values[row * columns + from]!, top);
      let to = from + 1;
      while (to < columns && levelOf(values[row * columns + to]!, top) === level) to++;
      if (level > 0) paths[level] += `M${from} ${row}h${to - from}v1h${from - to}z`;
      from = to;
    }
  const drawn = paths.map((d, level) => (d === '' ? null : html`<path fill="${hex(level)}" d="${d}" />`));
  return html`<svg viewBox="0 0 ${columns} ${rows}" preserveAspectRatio="none" role="img" aria-label="${label}" shape-rendering="crispEdges"><title>${label}</title><rect width="${columns}" height="${rows}" fill="${hex(0)}"/>${drawn}</svg>`; // prettier-ignore
}

const levelOf = (value: number, top: number): number =>
  top > 0 ? Math.min(levels, Math.max(0, Math.round((levels * value) / top))) || 0 : 0;

const hex = (level: number): string =>
  `#${colourAt(table, level / levels)
    .map((c) => Math.round(c).toString(16).padStart(2, '0'))
    .join('')}`;

function headNumbers({ entropy, distance, sink, relevance }: ReportLayer, name: string): Html {
  const rows = entropy.map(
    (value, head) => html`<tr><th scope="row">h${head}</th><td>${valueText(value)}</td><td>${valueText(distance[head]!)}</td><td>${percent(sink[head]!)}</td><td>${percent(relevance[head]!)}</td></tr>`, // prettier-ignore
  );
  return html`<details class="numbers">
    <summary>numbers of each head</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Numbers of the heads of ${name}">
      <table class="grid" aria-label="Heads of ${name}"><thead><tr><td></td><th scope="col">entropy in nats</th><th scope="col">distance in tokens</th><th scope="col">to the first token</th><th scope="col">of the relevance</th></tr></thead><tbody>${rows}</tbody></table>
    </div>
  </details>`; // prettier-ignore
}
