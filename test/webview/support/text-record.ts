import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineClient } from '../../../src/engine/client';
import type { ExplainTextRequest } from '../../../src/engine/protocol';
import type { HeadQuantity, HeadTensors, HeadThumbnails } from '../../../src/shared/heads-data';
import { packed } from './packed';
import type { TextRecording } from './text-recording';

/** What the bundled text model says of a few texts, from the real engine, kept in .cache/webview: a change of these files makes it anew. */
const inputs = [
  'src/shared/text/explanation.ts',
  'src/shared/heads-data.ts',
  'test/webview/support/text-record.ts',
  'test/webview/support/text-recording.ts',
  'models/minilm/config.json',
];
const root = join(import.meta.dirname, '../../..');
const folder = join(root, '.cache/webview');

const texts: Readonly<Record<string, readonly [text: string, pair: string | null]>> = {
  fox: ['The quick brown fox jumps over the lazy dog.', null],
  'sleeping-fox': ['The quick brown fox jumps over the sleeping dog.', null],
  pair: ['A man inspects the uniform of a figure.', 'The man is sleeping.'],
};

/** As `recordedScripts` of images: scripts that give the page its recordings. The engine (dist/engine.cjs) runs only where one is missing. */
export async function recordedTextScripts(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const files = new Map(names.map((name) => [name, join(folder, `text-${name}-${fingerprint(name)}.js`)]));
  const missing = names.filter((name) => !existsSync(files.get(name)!));
  if (missing.length === 0) return files;
  mkdirSync(folder, { recursive: true });
  const engine = new EngineClient({ enginePath: join(root, 'dist/engine.cjs'), heartbeat: null });
  try {
    for (const name of missing) {
      const { json, bytes } = packed(await record(engine, name));
      const text = JSON.stringify({ json, base64: Buffer.from(bytes).toString('base64') });
      const file = files.get(name)!;
      // Two test runs may record at once: each writes its own file, and the last name wins.
      writeFileSync(`${file}.${process.pid}`, `(window.recordings ??= {})[${JSON.stringify(name)}] = ${text};\n`);
      renameSync(`${file}.${process.pid}`, file);
    }
  } finally {
    await engine.dispose();
  }
  return files;
}

function fingerprint(name: string): string {
  const hash = createHash('sha256').update(JSON.stringify(texts[name]));
  for (const file of inputs) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

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
  // The second run's times are those of a session that is open.
  await engine.call('explainText', request);
  const explained = await engine.call('explainText', request);
  const heads: Record<string, HeadTensors> = {};
  const thumbnails: Record<string, HeadThumbnails> = {};
  for (const [group, { layers }] of explained.attentions.entries()) {
    for (let layer = 0; layer < layers; layer++)
      heads[`${group} ${layer}`] = await engine.call('textHeads', { ...request, group, layer });
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
