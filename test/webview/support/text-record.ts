import { sketchedHeads } from '../../../src/shared/head-sketch';
import { join } from 'node:path';
import type { EngineClient } from '../../../src/engine/client';
import type { ExplainTextRequest } from '../../../src/engine/protocol';
import type { HeadQuantity, HeadTensors, HeadThumbnails } from '../../../src/shared/heads-data';
import { recordedFiles, root, type Recorder } from './recorded-files';
import type { TextRecording } from './text-recording';

/** What the bundled text model says of a few texts, from the real engine, kept in .cache/webview: a change of these files makes it anew. */
const inputs = [
  'src/shared/text/explanation.ts',
  'src/shared/heads-data.ts',
  'test/webview/support/text-record.ts',
  'test/webview/support/text-recording.ts',
  'models/minilm/config.json',
];

const texts: Readonly<Record<string, readonly [text: string, pair: string | null]>> = {
  fox: ['The quick brown fox jumps over the lazy dog.', null],
  'sleeping-fox': ['The quick brown fox jumps over the sleeping dog.', null],
  pair: ['A man inspects the uniform of a figure.', 'The man is sleeping.'],
};

export const recordedTextScripts = (names: readonly string[]): Promise<ReadonlyMap<string, string>> =>
  recordedFiles(recorder, names);

const recorder: Recorder = {
  prefix: 'text-',
  sources: (name) => ({ request: texts[name], files: inputs }),
  record,
};

async function record(engine: EngineClient, name: string): Promise<TextRecording> {
  const [text, pair] = texts[name]!;
  const request: ExplainTextRequest = {
    text,
    pair,
    model: join(root, 'models/minilm'),
    target: null,
    maxTokens: null,
    onLongText: 'truncate',
    session: {},
  };
  // The second text's times are those of a session that is open.
  await engine.call('explainText', { ...request, text: 'A fox.' });
  const explained = await engine.call('explainText', request);
  const heads: Record<string, HeadTensors> = {};
  const thumbnails: Record<string, HeadThumbnails> = {};
  for (const [group, { layers }] of explained.attentions.entries()) {
    for (let layer = 0; layer < layers; layer++)
      heads[`${group} ${layer}`] = sketchedHeads(
        await engine.call('textHeads', { ...request, group, layer, gradient: true, exact: null }),
      );
    for (const quantity of ['attention', 'gradient', 'product'] satisfies HeadQuantity[])
      thumbnails[`${group} ${quantity}`] = await engine.call('textThumbnails', { ...request, group, quantity });
  }
  const statistics = await engine.call('textStatistics', request);
  const integrated = await engine.call('integratedGradients', request);
  return {
    explained: { ...explained, model: { ...explained.model, path: '/models/minilm' } },
    heads,
    thumbnails,
    statistics,
    integrated,
  };
}
