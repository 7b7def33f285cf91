// Builds the four outputs with esbuild: extension host, engine child, command line, webview.
import { context, build } from 'esbuild';
import { existsSync } from 'node:fs';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

const shared = { bundle: true, sourcemap: !production, minify: production, logLevel: 'warning', target: 'es2022' };
const node = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  outdir: 'dist',
  external: ['vscode', 'onnxruntime-node', 'sharp'],
};
const outputs = [
  { ...node, entryPoints: { extension: 'src/host/extension.ts' } },
  { ...node, entryPoints: { engine: 'src/engine/child.ts' } },
  { ...node, entryPoints: { cli: 'src/cli/main.ts' }, banner: { js: '#!/usr/bin/env node' } },
  { ...shared, platform: 'browser', format: 'iife', outdir: 'dist', entryPoints: { webview: 'webview/main.ts' } },
].filter((o) => Object.values(o.entryPoints).every((file) => existsSync(file)));

if (watch) {
  // The problem matcher in .vscode/tasks.json waits for these two lines.
  const plugin = {
    name: 'report',
    setup(b) {
      b.onStart(() => console.log('[watch] build started'));
      b.onEnd((r) => {
        for (const e of r.errors)
          console.error(`✘ [ERROR] ${e.text}\n    ${e.location?.file}:${e.location?.line}:${e.location?.column}:`);
        console.log('[watch] build finished');
      });
    },
  };
  for (const o of outputs) await (await context({ ...o, plugins: [plugin] })).watch();
} else {
  await Promise.all(outputs.map((o) => build(o)));
}
