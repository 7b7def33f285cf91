import { writeFileSync } from 'node:fs';
import { extensions } from 'vscode';

declare const RESULT_FILE: string;

/** Runs in the extension host: milliseconds from asking for the extension to its answer, its bundle read and compiled included. */
export async function run(): Promise<void> {
  const extension = extensions.getExtension('attention-lens.attention-lens')!;
  if (extension.isActive) throw new Error('The extension was active before it was asked for.');
  const start = performance.now();
  await extension.activate();
  writeFileSync(RESULT_FILE, String(performance.now() - start));
}
