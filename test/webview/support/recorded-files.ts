import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineClient } from '../../../src/engine/client';
import { packed } from './packed';

export const root = join(import.meta.dirname, '../../..');
const folder = join(root, '.cache/webview');

export interface Recorder {
  /** Before the names of the files in .cache/webview. */
  readonly prefix: string;
  /** What a recording is made from: its request, and files under `root`. A change of either makes it anew. */
  readonly sources: (name: string) => { readonly request: unknown; readonly files: readonly string[] };
  readonly record: (engine: EngineClient, name: string) => Promise<object>;
}

/**
 * Scripts that give the page its recordings, one for each name: `(window.recordings ??= {}).NAME = {json, base64}`.
 * The engine (dist/engine.cjs) runs only where one is missing.
 */
export async function recordedFiles(
  recorder: Recorder,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const files = new Map(
    names.map((name) => [name, join(folder, `${recorder.prefix}${name}-${fingerprint(recorder.sources(name))}.js`)]),
  );
  const missing = names.filter((name) => !existsSync(files.get(name)!));
  if (missing.length === 0) return files;
  mkdirSync(folder, { recursive: true });
  const engine = new EngineClient({ enginePath: join(root, 'dist/engine.cjs'), heartbeat: null });
  try {
    for (const name of missing) {
      const { json, bytes } = packed(await recorder.record(engine, name));
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

function fingerprint({ request, files }: ReturnType<Recorder['sources']>): string {
  const hash = createHash('sha256').update(JSON.stringify(request));
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}
