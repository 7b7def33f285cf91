import type { Outline, Reading } from '../../../shared/explanation';
import { patchRect } from '../../../shared/geometry';
import { fileName, valueText } from '../../../shared/format';
import { methodNames } from '../../../shared/wording';
import { html, words, type Html } from './html';

/** What one prompt's figure is made of. */
export interface Picture {
  readonly explanation: Outline;
  readonly reading: Reading;
  readonly index: number;
  /** data: URI of the photo with its heat. */
  readonly source: string;
  /** The value of the last colour. */
  readonly top: number;
}

/** More patches than this have no number under the pointer; the table below the picture has them all. */
const hoverLimit = 1024;

export function promptPicture({ explanation, reading, index, source, top }: Picture): Html {
  const { text } = explanation.prompts[index]!;
  const { map } = reading.prompts[index]!;
  const { image, grid } = explanation;
  const peak = strongest(map);
  const where = peak < 0 ? null : `row ${Math.floor(peak / grid[1])}, column ${peak % grid[1]}`;
  const name = methodNames[reading.method];
  const spoken = where
    ? `The ${name} of “${text}” drawn on ${fileName(image.path)}: strongest in patch ${where} of ${grid[0]} × ${grid[1]}.`
    : `The ${name} of “${text}” on ${fileName(image.path)} is zero everywhere.`;
  const low = reading.method === 'signed' && top > 0 ? valueText(-top) : '0';
  const legend = where
    ? html`<span>${low}</span><span class="scale"></span><span>${valueText(top)}</span
        ><span>strongest: ${where}${map[peak] === top ? null : html` · <b>${valueText(map[peak]!)}</b>`}</span>`
    : html`<span>zero everywhere: nothing is drawn</span>`;
  return html`<figure class="picture" id="picture-${index}">
    <label for="pick-${index}"
      ><span class="frame"
        ><img src="${source}" width="${image.width}" height="${image.height}" alt="${spoken}" />${patches(
          explanation,
          map,
        )}</span
      ></label
    >
    <figcaption>
      <span class="name">${words(text)}</span>
      <div class="legend large">${legend}</div>
      <details class="numbers large">
        <summary>the ${grid[0]} × ${grid[1]} numbers of this map</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="Numbers of the map of “${text}”">
          ${numbers(map, grid, peak, `${name} of “${text}” for each patch`)}
        </div>
      </details>
    </figcaption>
  </figure>`;
}

/** The photo without heat, to compare; its radio button is here, since it has no row in the table. */
export function photoPicture({ image }: Outline, source: string): Html {
  return html`<figure class="picture" id="picture-photo">
    <input class="away" type="radio" name="pick" id="pick-photo" aria-label="the picture alone" />
    <label for="pick-photo"
      ><span class="frame"
        ><img
          src="${source}"
          width="${image.width}"
          height="${image.height}"
          alt="${fileName(image.path)} as it is, without heat." /></span
    ></label>
    <figcaption><span class="name">the picture alone</span></figcaption>
  </figure>`;
}

/** The patch with the largest magnitude, or −1 where all are zero. */
function strongest(map: ArrayLike<number>): number {
  let peak = -1;
  for (let i = 0; i < map.length; i++) if (Math.abs(map[i]!) > Math.abs(map[peak] ?? 0)) peak = i;
  return peak;
}

/** Invisible squares over the picture: the number of the patch under the pointer, and its outline. */
function patches({ image, grid }: Outline, map: ArrayLike<number>): Html | null {
  const [rows, columns] = grid;
  if (rows * columns > hoverLimit) return null;
  const squares = Array.from({ length: rows * columns }, (_, i) => {
    const [r, c] = [Math.floor(i / columns), i % columns];
    const { x, y, width, height } = patchRect(image.crop, grid, r, c);
    const [left, top, w, h] = [x, y, width, height].map((v) => Number(v.toFixed(2))) as [
      number,
      number,
      number,
      number,
    ];
    return html`<rect x="${left}" y="${top}" width="${w}" height="${h}"><title>row ${r}, column ${c}: ${valueText(map[i]!)}</title></rect>`; // prettier-ignore
  });
  return html`<svg class="patches" viewBox="0 0 ${image.width} ${image.height}" aria-hidden="true">${squares}</svg>`;
}

function numbers(
  map: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  peak: number,
  title: string,
): Html {
  const heads = Array.from({ length: columns }, (_, c) => html`<th scope="col">c${c}</th>`);
  const body = Array.from({ length: rows }, (_, r) => {
    const cells = Array.from({ length: columns }, (_, c) => {
      const i = r * columns + c;
      return i === peak ? html`<td class="top">${valueText(map[i]!)}</td>` : html`<td>${valueText(map[i]!)}</td>`;
    });
    return html`<tr><th scope="row">r${r}</th>${cells}</tr>`; // prettier-ignore
  });
  return html`<table class="grid" aria-label="${title}"><thead><tr><td></td>${heads}</tr></thead><tbody>${body}</tbody></table>`; // prettier-ignore
}
