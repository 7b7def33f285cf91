import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** `npm test` builds first; a test run by hand builds what is missing. */
export function buildOnce(): void {
  if (!existsSync('dist/cli.cjs')) execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}
