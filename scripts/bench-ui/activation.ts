import { writeFileSync } from 'node:fs';
import Module from 'node:module';
import { extensions } from 'vscode';

declare const RESULT_FILE: string;

interface Loader {
  _load(request: string, ...rest: readonly unknown[]): unknown;
}

interface Extension {
  readonly activate: (context: unknown) => unknown;
}

/**
 * Runs in the extension host: milliseconds as VS Code's "Running Extensions" counts them, which is loading the code and activate(). What VS Code
 * itself does around it, such as asking the window for what the extension has stored, is the same for every extension.
 */
export async function run(): Promise<void> {
  const extension = extensions.getExtension('attention-lens.attention-lens')!;
  // The window has just opened and is busy with itself; who right-clicks something comes later.
  await new Promise((quiet) => setTimeout(quiet, 2000));
  if (extension.isActive) throw new Error('The extension was active before it was asked for.');
  const loader = Module as unknown as Loader;
  const load = loader._load;
  let taken = NaN;
  loader._load = function (request, ...rest) {
    const start = performance.now();
    const loaded = load.call(this, request, ...rest);
    if (!request.endsWith('extension.cjs')) return loaded;
    const loading = performance.now() - start;
    const { activate } = loaded as Extension;
    return {
      ...(loaded as Extension),
      activate: (context: unknown) => {
        const begun = performance.now();
        const api = activate(context);
        taken = loading + performance.now() - begun;
        return api;
      },
    };
  };
  try {
    await extension.activate();
  } finally {
    loader._load = load;
  }
  writeFileSync(RESULT_FILE, String(taken));
}
