// Builds with esbuild: extension host (in two parts: what registers, and what is loaded on demand), engine child, command line, webviews (of images and of texts: script and style each).
// `--watch` builds again on every change, `--production` minifies and leaves the source maps out, `--outdir DIR` builds elsewhere.
import { parseArgs } from 'node:util';
import { build, context } from 'esbuild';
import { inParts } from './build/in-parts.mjs';

const {
  values: { watch, production, outdir },
} = parseArgs({
  options: {
    watch: { type: 'boolean', default: false },
    production: { type: 'boolean', default: false },
    outdir: { type: 'string', default: 'dist' },
  },
});

const shared = {
  bundle: true,
  sourcemap: !production,
  minify: production,
  logLevel: watch ? 'silent' : 'warning',
  target: 'es2022',
  outdir,
};
const node = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  external: ['vscode', 'onnxruntime-node', 'sharp'],
};
const outputs = [
  { ...node, entryPoints: [{ in: 'src/host/extension.ts', out: 'extension' }], plugins: [inParts] },
  { ...node, entryPoints: [{ in: 'src/engine/start.ts', out: 'engine' }] },
  // Loaded by the one before, from code that V8 compiled earlier: such a module has no import().
  { ...node, entryPoints: [{ in: 'src/engine/child.ts', out: 'engine-work' }], supported: { 'dynamic-import': false } },
  { ...node, entryPoints: [{ in: 'src/cli/main.ts', out: 'cli' }], banner: { js: '#!/usr/bin/env node' } },
  {
    ...shared,
    platform: 'browser',
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryPoints: [
      { in: 'webview/main.tsx', out: 'webview' },
      { in: 'webview/styles/panel.css', out: 'webview' },
      { in: 'webview/text/main.tsx', out: 'text' },
      { in: 'webview/styles/text-panel.css', out: 'text' },
    ],
  },
];

if (watch) {
  // One pair of lines for all outputs: the problem matcher in .vscode/tasks.json waits for them, and F5 for it.
  let building = outputs.length;
  console.log('[watch] build started');
  const report = () => {
    let first = true;
    return {
      name: 'report',
      setup({ onStart, onEnd }) {
        onStart(() => {
          if (first) first = false;
          else if (building++ === 0) console.log('[watch] build started');
        });
        onEnd(({ errors }) => {
          for (const { text, location } of errors) {
            console.error(`✘ [ERROR] ${text}`);
            if (location) console.error(`    ${location.file}:${location.line}:${location.column + 1}:`);
          }
          if (--building === 0) console.log('[watch] build finished');
        });
      },
    };
  };
  const contexts = await Promise.all(
    outputs.map((output) => context({ ...output, plugins: [...(output.plugins ?? []), report()] })),
  );
  await Promise.all(contexts.map((c) => c.watch()));
} else {
  try {
    await Promise.all(outputs.map((output) => build(output)));
  } catch (error) {
    // esbuild has said what is wrong and where; a stack trace of its own insides would only hide it.
    if (!error.errors) throw error;
    process.exitCode = 1;
  }
}
