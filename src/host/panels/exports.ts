import type { Uri } from 'vscode';
import { overlayPng, type OverlayStyle } from '../../engine/overlays';
import { reportOf } from '../../engine/report';
import { explanationJson, jsonText } from '../../explain/report/json';
import { withRelevance } from '../../explain/report/tensors';
import { BadFile, UsageError } from '../../shared/errors';
import type { ExplanationRows, Reading } from '../../shared/explanation';
import type { ExportFormat, ExportRequest } from '../../shared/panel-protocol';
import { read } from '../../shared/reading';
import { writeSafetensors } from '../../shared/safetensors';
import type { Subject } from '../explainer';
import { exportName } from './export-name';
import type { PanelRoom } from './panel-room';
import { askPlace, writeAndOffer } from './save';
import { stampOf } from './explain-images';
import { fileNews, type Stamp } from './stamp';
import { nameOf } from '../names';
import { withProgress } from './with-progress';

/** What is exported. */
export interface Exported {
  readonly uri: Uri;
  readonly subject: Subject;
  readonly explained: ExplanationRows;
  readonly stamp: Stamp | null;
  /** Of the other image of a comparison. */
  readonly beside: readonly ExplanationRows[];
}

/** Asks where, makes the file as the panel shows it, and writes it. False: the user changed their mind. */
export async function exportPicture(room: PanelRoom, exported: Exported, choice: ExportRequest): Promise<boolean> {
  const { explained, uri } = exported;
  if (choice.prompt >= explained.prompts.length)
    throw new UsageError('This prompt is no longer part of the explanation. Choose another row.');
  // The JSON needs the numbers alone.
  if (choice.format !== 'json') await unchanged(exported);
  const { method, layers, textLayers } = choice;
  const reading = read(explained, { method, layers, textLayers });
  const place = await askPlace(
    uri,
    exportName(choice.format, uri.path, explained.prompts[choice.prompt]!.text, choice.prompt),
  );
  if (!place) return false;
  const content = await withProgress(`Exporting ${stages[choice.format]}`, (signal) =>
    makers[choice.format](room, exported, reading, choice, signal),
  );
  if (!content) return false;
  await writeAndOffer(place, content);
  return true;
}

const stages: Readonly<Record<ExportFormat, string>> = {
  png: 'the picture',
  json: 'the numbers',
  safetensors: 'every head’s tensors',
  html: 'the report',
};

type Maker = (
  room: PanelRoom,
  exported: Exported,
  reading: Reading,
  choice: ExportRequest,
  signal: AbortSignal,
) => Promise<Uint8Array>;

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const makers: Readonly<Record<ExportFormat, Maker>> = {
  async png({ engine, work }, { subject, explained, beside }, reading, choice, signal) {
    const style = { ...styleOf(choice), beside: beside.map((other) => read(other, reading)) };
    return work.during('Painting', async () => {
      const photo = await engine.call('decodeImage', { image: subject.image }, { signal });
      return overlayPng(engine, photo, explained, reading, style, choice.prompt, { signal });
    });
  },
  json: (_, { explained }, reading) => Promise.resolve(text(jsonText(explanationJson(explained, reading)))),
  async safetensors({ explainer }, { subject }, { method, layers, textLayers }, __, signal) {
    const { explanation, tensors } = await explainer.tensors(subject, { signal });
    const reading = read(explanation, { method, layers, textLayers });
    return writeSafetensors(withRelevance(explanation, reading, tensors));
  },
  async html({ engine, work }, { subject, explained }, reading, choice, signal) {
    return work.during('Painting the report', async () =>
      text(await reportOf(engine, subject.image, explained, reading, styleOf(choice), { signal })),
    );
  },
};

const styleOf = ({ colourMap, smooth, scale, opacity }: ExportRequest): OverlayStyle => ({
  colourMap,
  smooth,
  scale,
  opacity,
});

/** The numbers are of the picture that was explained: with another one they would lie. */
async function unchanged({ uri, stamp }: Exported): Promise<void> {
  if (fileNews(stamp, await stampOf(uri)) !== 'same')
    throw new BadFile(
      `The image ${nameOf(uri.path)} has changed, or is gone, since it was explained. Explain it again, then export.`,
    );
}
