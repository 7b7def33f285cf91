import { readFileSync } from 'node:fs';
import { unpacked } from './packed';
import { recordedScripts } from './record';
import type { Recording } from './recording';

/** What the page of a recorded state is served, for a test to compare with. */
export async function recorded(name: string): Promise<Recording> {
  const [file] = [...(await recordedScripts([name])).values()];
  const script = readFileSync(file!, 'utf8');
  const { json, base64 } = JSON.parse(script.slice(script.indexOf('] = {') + 4, script.lastIndexOf(';'))) as {
    json: unknown;
    base64: string;
  };
  return unpacked({ json, bytes: new Uint8Array(Buffer.from(base64, 'base64')) }) as Recording;
}
