import { textReportHtml, type TextReportInput } from '../explain/report/text-report';
import { strongestLayers } from '../explain/report/text-report-heads';
import { sketchedHeads } from '../shared/head-sketch';
import type { EngineCallOptions, EngineClient } from './client';
import type { ExplainTextRequest } from './protocol';

/** The offline HTML report of a text that was explained, with the heads of its strongest layers. */
export async function textReportOf(
  engine: EngineClient,
  request: ExplainTextRequest,
  read: Omit<TextReportInput, 'layers'>,
  options?: EngineCallOptions,
): Promise<string> {
  const layers = await strongestLayers(read.explained, {
    statistics: () => engine.call('textStatistics', request, options),
    heads: async (of) =>
      sketchedHeads(await engine.call('textHeads', { ...request, ...of, gradient: false, exact: null }, options)),
  });
  return textReportHtml({ ...read, layers });
}
