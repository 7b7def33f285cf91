import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const vsix = resolve('dist-vsix/attention-lens-linux-x64.vsix');

/** What the package is made of. */
const sources = ['src', 'webview', 'models', 'media', 'scripts/package', 'scripts/build.mjs', 'package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md']; // prettier-ignore

/** Path of the package for this machine, built anew where a source is newer. */
export function ensureVsix(): string {
  if (existsSync(vsix) && statSync(vsix).mtimeMs > Math.max(...sources.map(newest))) return vsix;
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/package.ts', 'linux-x64'], { encoding: 'utf8' }); // prettier-ignore
  if (status !== 0) throw new Error(`The package could not be built: ${stderr}`);
  return vsix;
}

function newest(path: string): number {
  const stat = statSync(path);
  return stat.isDirectory() ? Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name)))) : stat.mtimeMs;
}
