import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly icon: string;
}
const manifest = JSON.parse(text('package.json')) as Manifest;
const pages = ['README.md', 'CHANGELOG.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md'),
);

test('versions of packages are exact, and docs/dependencies.md names each with its version', () => {
  const page = text('docs/dependencies.md');
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
    assert.ok(page.includes(`${name} ${version}`), `docs/dependencies.md does not name ${name} ${version}`);
  }
});

test('the lock file names no machine: versions and hashes alone', () => {
  assert.doesNotMatch(text('package-lock.json'), /"resolved"/);
});

test('links and paths in the documents lead somewhere', () => {
  for (const page of pages) {
    const links = [...text(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => join(dirname(page), link));
    const paths = [...text(page).matchAll(/`((?:src|webview|test|scripts|docs|media|models)\/[\w./-]*)`/g)].map(
      ([, path]) => path,
    );
    // Written by a command of its own.
    const expected = [...links, ...paths].filter((path) => path !== 'docs/coverage.md');
    for (const path of expected) assert.ok(existsSync(join(root, path)), `${page} names ${path}`);
  }
  assert.ok(existsSync(join(root, manifest.icon)));
});
