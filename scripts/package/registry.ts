import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

interface Locked {
  readonly version: string;
  readonly integrity: string;
}

const lock = (JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }).packages;
const cache = resolve('.cache/package/npm');

/**
 * Folder of a package as package-lock.json names it: the installed one, or for other platforms' packages one from the npm registry, whose
 * hash must be the lock's.
 */
export function packageFolder(name: string): string {
  const { version, integrity } = lock[`node_modules/${name}`] ?? {};
  if (!version || !integrity) throw new Error(`package-lock.json does not name ${name}. Run npm install.`);
  const installed = join('node_modules', name);
  if (existsSync(join(installed, 'package.json')) && versionOf(installed) === version) return installed;
  const folder = join(cache, `${name.replace('/', '+')}@${version}`);
  if (!existsSync(folder)) download(name, version, integrity, folder);
  return folder;
}

const versionOf = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;

function download(name: string, version: string, integrity: string, folder: string): void {
  console.log(`  fetching ${name}@${version} from the npm registry`);
  const parts = `${folder}.part`;
  rmSync(parts, { recursive: true, force: true });
  mkdirSync(parts, { recursive: true });
  const said = execFileSync('npm', ['pack', `${name}@${version}`, '--json', '--pack-destination', parts], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const [{ filename }] = JSON.parse(said) as [{ filename: string }];
  const file = join(parts, filename.replace('@', '').replace('/', '-'));
  const hash = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (hash !== integrity)
    throw new Error(`${name}@${version} from the registry is not what package-lock.json names (${hash}).`);
  execFileSync('tar', ['-xzf', file, '-C', parts]);
  mkdirSync(dirname(folder), { recursive: true });
  // An npm tarball holds one folder, mostly called "package".
  renameSync(join(parts, 'package'), folder);
  rmSync(parts, { recursive: true, force: true });
}
