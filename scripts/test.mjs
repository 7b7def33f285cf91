// Builds, then runs the tests with node's own runner: `npm test`, or `npm test -- PART …` for the files whose path contains a PART.
// What the tests in a browser and in VS Code need is installed first where it is missing: Chromium from Debian, code-server from npm.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

/** In this order; each group says what it needs and how many of its files run at once. */
const groups = [
  // Two at least: files that wait for an engine process leave their core to another.
  { folder: 'test/unit', concurrency: Math.max(2, availableParallelism() - 1), needs: [] },
  { folder: 'test/webview', concurrency: 2, needs: ['chromium'] },
  // A workbench, a browser and an engine at once are enough for a small machine.
  { folder: 'test/host', concurrency: 1, needs: ['chromium', 'workbench'] },
  { folder: 'test/e2e', concurrency: 1, needs: ['chromium', 'workbench'] },
];

const parts = process.argv.slice(2).map((part) => part.replaceAll('\\', '/'));
const chosen = groups
  .map((group) => ({ ...group, files: filesOf(group.folder) }))
  .filter(({ files }) => files.length > 0);
if (chosen.length === 0) {
  console.error(`No test file's path contains ${parts.map((part) => `"${part}"`).join(' or ')}.`);
  process.exit(2);
}

run('scripts/build.mjs');
const needs = new Set(chosen.flatMap((group) => group.needs));
if (needs.size > 0) run('--import', 'tsx', 'scripts/workbench/ensure.ts', ...needs);
// All groups run, so that one answer names all faults.
const failed = chosen.filter(({ files, concurrency, folder }) => {
  console.log(`\n${folder}`);
  return !runs(
    ...['--import', 'tsx', '--test', '--test-reporter=spec', `--test-concurrency=${concurrency}`],
    // For a file as a whole: one that hangs must not hang the machine that runs it.
    `--test-timeout=${10 * 60_000}`,
    ...files,
  );
});
process.exit(failed.length > 0 ? 1 : 0);

function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((file) => join(folder, file).replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.test.ts') && (parts.length === 0 || parts.some((part) => file.includes(part))))
    .sort();
}

function run(...args) {
  if (!runs(...args)) process.exit(1);
}

function runs(...args) {
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (error) throw error;
  return status === 0;
}
