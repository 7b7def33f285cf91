import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { build } from 'esbuild';

/** `npm test` builds first; a test run by hand builds what is missing. */
export function buildOnce(): void {
  if (!existsSync('dist/cli.cjs')) execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}

/** The engine's child as it ships, but somewhere of the test's own: `dist` may be rebuilt meanwhile. */
export const bundleEngine = (outfile: string) =>
  build({
    entryPoints: ['src/engine/child.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'es2022',
    external: ['onnxruntime-node', 'sharp'],
    logLevel: 'silent',
  });
