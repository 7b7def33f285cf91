import type { Uri } from 'vscode';
import { textReportOf } from '../../engine/text-report';
import { jsonText } from '../../explain/report/json';
import { textJson } from '../../explain/report/text-json';
import { withTextNumbers } from '../../explain/report/text-tensors';
import { writeSafetensors } from '../../shared/safetensors';
import type { IntegratedGradients, SaliencyMethod, TextExplanation } from '../../shared/text/explanation';
import type { TextExportRequest } from '../../shared/text/panel-protocol';
import type { TextSubject } from '../explainer';
import type { PanelRoom } from '../panels/panel-room';
import { askPlace, writeAndOffer } from '../panels/save';
import { withProgress } from '../panels/with-progress';
import { textExportName } from './export-name';

/** What is exported. */
export interface ExportedText {
  readonly subject: TextSubject;
  readonly explained: () => Promise<TextExplanation>;
  readonly integrated: () => Promise<IntegratedGradients>;
  /** The document that the text is from; null: none. */
  readonly beside: Uri | null;
}

type Format = TextExportRequest['format'];

/** Asks where, makes the file as the panel shows it, and writes it. False: the user changed their mind. */
export async function exportText(
  room: PanelRoom,
  exported: ExportedText,
  { format, method }: TextExportRequest,
): Promise<boolean> {
  const place = await askPlace(exported.beside, textExportName(format, exported.subject.text));
  if (!place) return false;
  const content = await withProgress(`Exporting ${stages[format]}`, (signal) =>
    makers[format](room, exported, method, signal),
  );
  if (!content) return false;
  await writeAndOffer(place, content);
  return true;
}

const stages: Readonly<Record<Format, string>> = {
  json: 'the numbers',
  safetensors: 'every head’s tensors',
  html: 'the report',
};

type Maker = (
  room: PanelRoom,
  exported: ExportedText,
  method: SaliencyMethod,
  signal: AbortSignal,
) => Promise<Uint8Array>;

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const makers: Readonly<Record<Format, Maker>> = {
  async json(_, { explained, integrated }, method) {
    return text(jsonText(textJson(await explained(), method, method === 'ig' ? await integrated() : null)));
  },
  async safetensors({ explainer }, { subject }, _, signal) {
    const { explanation, tensors } = await explainer.textTensors(subject, { signal });
    return writeSafetensors(withTextNumbers(explanation, tensors));
  },
  async html({ engine, explainer, work }, { subject, explained, integrated }, method, signal) {
    const read = { explained: await explained(), method, integrated: method === 'ig' ? await integrated() : null };
    return work.during('Making the report', async () =>
      text(await textReportOf(engine, explainer.textRequest(subject), read, { signal })),
    );
  },
};
