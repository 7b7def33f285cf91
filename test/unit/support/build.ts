import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { build } from 'esbuild';

/** `npm test` builds first; a test run by hand builds what is missing. */
export function buildOnce(): void {
  if (!existsSync('dist/cli.cjs')) execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}

/**
 * The engine's child as it ships, but somewhere of the test's own: `dist` may be rebuilt meanwhile.
 * @param outdir where engine.cjs goes, and what it loads
 */
export const bundleEngine = (outdir: string) =>
  build({
    entryPoints: [
      { in: 'src/engine/start.ts', out: 'engine' },
      { in: 'src/engine/child.ts', out: 'engine-work' },
    ],
    outdir,
    outExtension: { '.js': '.cjs' },
    supported: { 'dynamic-import': false },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'es2022',
    external: ['onnxruntime-node', 'sharp'],
    logLevel: 'silent',
  });
