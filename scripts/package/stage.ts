import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { packageFolder } from './registry';
import type { Target } from './targets';

/** An allow-list: what is not named here is not packaged. */
const own = ['README.md', 'LICENSE', 'CHANGELOG.md', 'package.nls.json', 'docs/images', 'media', 'models'];

/** Goldens and recipes are for tests and for those who train. */
const left = /(^|\/)(golden[^/]*|recipe|golden-[^/]*|.*\.map|.*\.d\.[cm]?ts)$/;

/** Parts of the packages with native code that run; their build scripts, sources and types stay behind. */
const parts: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-node': ['package.json', 'dist'],
  'onnxruntime-common': ['package.json', 'dist/cjs'],
  sharp: ['package.json', 'LICENSE', 'dist'],
  '@img/colour': ['.'],
  'detect-libc': ['.'],
  semver: ['.'],
};

/**
 * Lays out what the VSIX of a target holds, built for production.
 *
 * The packages with native code go to dist/node_modules, beside the bundle that requires them: vsce leaves a root node_modules to npm,
 * which knows this machine's platform alone.
 */
export function stage({ platform, arch, sharp }: Target, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of own) copy(path, join(folder, path));
  writeFileSync(join(folder, 'package.json'), manifest());
  execFileSync(process.execPath, ['scripts/build.mjs', '--production', '--outdir', join(folder, 'dist')], {
    stdio: 'inherit',
  });
  rmSync(join(folder, 'dist/cli.cjs'));
  const modules = join(folder, 'dist/node_modules');
  for (const [name, paths] of Object.entries(parts))
    for (const path of paths) copy(join(packageFolder(name), path), join(modules, name, path));
  for (const name of sharp) copy(packageFolder(name), join(modules, name));
  const binaries = join('bin/napi-v6', platform, arch);
  copy(join(packageFolder('onnxruntime-node'), binaries), join(modules, 'onnxruntime-node', binaries));
  // The binding loads libonnxruntime.1.dylib; the other is the same 43 MB once more.
  if (platform === 'darwin') rmSync(join(modules, 'onnxruntime-node', binaries, 'libonnxruntime.1.30.0.dylib'));
}

const copy = (from: string, to: string): void =>
  cpSync(from, to, {
    recursive: true,
    dereference: true,
    filter: (path) =>
      path === from || (!left.test(relative(from, path).split(sep).join('/')) && basename(path) !== 'node_modules'),
  });

/** The manifest without what only a checkout needs; vsce would run its scripts, and read "type" as if dist were modules. */
function manifest(): string {
  const dropped = ['scripts', 'devDependencies', 'dependencies', 'bin', 'allowScripts', 'type', 'private'];
  const whole = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
  const kept = Object.fromEntries(Object.entries(whole).filter(([key]) => !dropped.includes(key)));
  return `${JSON.stringify(kept, null, 2)}\n`;
}
