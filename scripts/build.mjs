// Builds the four outputs with esbuild: extension host, engine child, command line, webview (script and style).
// `--watch` builds again on every change, `--production` minifies and leaves the source maps out.
import { build, context } from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

const shared = {
  bundle: true,
  sourcemap: !production,
  minify: production,
  logLevel: watch ? 'silent' : 'warning',
  target: 'es2022',
  outdir: 'dist',
};
const node = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  external: ['vscode', 'onnxruntime-node', 'sharp'],
};
const outputs = [
  { ...node, entryPoints: [{ in: 'src/host/extension.ts', out: 'extension' }] },
  { ...node, entryPoints: [{ in: 'src/engine/child.ts', out: 'engine' }] },
  { ...node, entryPoints: [{ in: 'src/cli/main.ts', out: 'cli' }], banner: { js: '#!/usr/bin/env node' } },
  {
    ...shared,
    platform: 'browser',
    format: 'iife',
    entryPoints: [
      { in: 'webview/main.ts', out: 'webview' },
      { in: 'webview/panel.css', out: 'webview' },
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
  const contexts = await Promise.all(outputs.map((output) => context({ ...output, plugins: [report()] })));
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
