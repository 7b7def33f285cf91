import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the program's own parts lie. */
export interface Installation {
  readonly engine: string;
  readonly models: string;
  readonly version: string;
}

/** The CLI is dist/cli.cjs: everything else is found from there. */
export function installation(): Installation {
  const root = dirname(__dirname);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { engine: join(root, 'dist', 'engine.cjs'), models: join(root, 'models'), version: manifest.version };
}

/** A model's folder: a path, or the name of a bundled model. */
export function modelFolder(named: string): string {
  const bundled = join(installation().models, named);
  return !existsSync(named) && /^[\w.-]+$/.test(named) && existsSync(bundled) ? bundled : named;
}
