import type { ColourTable } from '../../shared/colour/table';
import type { Outline, Reading } from '../../shared/explanation';
import { duration, fileName, sizeText } from '../../shared/format';
import { cropSentence, layersAdvice, layersSentence, methodSentences, scaleNote } from '../../shared/wording';
import { reportPage } from './page/frame';
import { html, words, type Html } from './page/html';
import { photoPicture, promptPicture } from './page/pictures';
import { promptTable, promptWords } from './page/prompts';
import { reportStyle } from './page/style';

export interface ReportInput {
  readonly explanation: Outline;
  readonly reading: Reading;
  /** The original, as any format that browsers show, in its own proportions and upright. */
  readonly photo: { readonly bytes: Uint8Array; readonly mime: string };
  /** One PNG for each prompt: `paintOverlay` of the photo, or of a smaller copy of it. */
  readonly overlays: readonly Uint8Array[];
  /** The value of the last colour, one for each prompt; see `heatTops`. */
  readonly tops: readonly number[];
  /** What the overlays were painted with. */
  readonly table: ColourTable;
}

/** The report of an image; see {@link reportPage}. */
export function reportHtml(input: ReportInput): string {
  const { explanation, reading, photo, overlays, tops, table } = input;
  const { image, prompts } = explanation;
  const style = reportStyle(prompts.length, image, table, reading.method === 'signed');
  const pictures = prompts.map((_, index) =>
    promptPicture({ explanation, reading, index, source: dataUri(overlays[index]!, 'image/png'), top: tops[index]! }),
  );
  return reportPage({
    title: fileName(image.path),
    style,
    head: head(explanation),
    main: html`<section class="pictures" aria-label="Pictures">
        ${pictures}${photoPicture(explanation, dataUri(photo.bytes, photo.mime))}
      </section>
      <div class="reading">
        ${promptTable(explanation)} ${promptWords(explanation, reading)} ${method(explanation, reading)}
        ${model(explanation)} ${notes(explanation)}
      </div>`,
    footer: html`Layers, rows and columns are numbered from 0. Made by Attention Lens; the method is Chefer, Gur and
    Wolf, “Generic Attention-model Explainability”, ICCV 2021.`,
  });
}

function dataUri(bytes: Uint8Array, mime: string): string {
  const type = /^image\/[a-z0-9.+-]+$/.test(mime) ? mime : 'application/octet-stream';
  return `data:${type};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`;
}

function head({ image, model, prompts, timings }: Outline): Html {
  const count = prompts.length === 1 ? '1 prompt' : `${prompts.length} prompts`;
  return html`<header>
    <h1>${words(fileName(image.path))}</h1>
    <p>${sizeText(image)} · crop ${sizeText(image.crop)}</p>
    <p class="end">${words(model.name)} · ${count} · ${duration(timings.total)}</p>
  </header>`;
}

function method(explanation: Outline, reading: Reading): Html {
  const advice = layersAdvice(explanation, reading);
  return html`<section class="said">
    <h2>Method and layers</h2>
    <p>${methodSentences[reading.method]}</p>
    <p>${layersSentence(explanation, reading)}</p>
    ${advice === null ? null : html`<p class="quiet">${advice}</p>`}
  </section>`;
}

function model({ model: { name, about, quantised }, vision, text, grid }: Outline): Html {
  const head = vision.pooling ? ' and a pooling head' : '';
  return html`<section class="said">
    <h2>Model</h2>
    <p>${words(name)}${about === '' ? '.' : `: ${about}`}</p>
    <p class="quiet">
      Image tower: ${vision.layers} layers${head}, ${vision.heads} heads, ${grid[0]} × ${grid[1]} patches. Text tower:
      ${text.layers} layers, ${text.heads}
      heads.${quantised ? ' The file is quantised: these are the quantised model’s own attentions.' : ''}
    </p>
  </section>`;
}

/** What limits the result: the crop, assumptions, and whatever the engine warned of. */
function notes(explanation: Outline): Html | null {
  const scale = scaleNote(explanation.model);
  const said = [cropSentence(explanation), scale === null ? null : `† ${scale}`, ...explanation.warnings];
  const shown = said.filter((note) => note !== null);
  if (shown.length === 0) return null;
  return html`<section class="said">
    <h2>Notes</h2>
    <div class="notes">${shown.map((note) => html`<p>${note}</p>`)}</div>
  </section>`;
}
