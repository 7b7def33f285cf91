// Builds, then runs the tests with node's own runner: `npm test`, or `npm test -- PART …` for the files whose path contains a PART.
// What the tests in a browser and in VS Code need is installed first where it is missing: Chromium from Debian, code-server from npm.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * In this order; each group says what it needs, how many of its files run at once, and whether a file that fails has a second try:
 * windows of a loaded machine may be late for reasons that no test can know. What passes only then is named as flaky.
 */
const groups = [
  // Two at least: files that wait for an engine process leave their core to another.
  { folder: 'test/unit', concurrency: Math.max(2, availableParallelism() - 1), needs: [], tries: 1 },
  { folder: 'test/webview', concurrency: 2, needs: ['chromium'], tries: 2 },
  // A workbench, a browser and an engine at once are enough for a small machine.
  { folder: 'test/host', concurrency: 1, needs: ['chromium', 'workbench'], tries: 1 },
  { folder: 'test/e2e', concurrency: 1, needs: ['chromium', 'workbench'], tries: 2 },
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
const failed = chosen.filter((group) => !passes(group));
process.exit(failed.length > 0 ? 1 : 0);

function passes({ folder, files, concurrency, tries }) {
  console.log(`\n${folder}`);
  let left = test(files, concurrency);
  for (let again = 1; again < tries && left.length > 0; again++) {
    console.log(`\n${folder}: once more, one after another: ${left.join(', ')}`);
    const still = test(left, 1);
    for (const file of left) if (!still.includes(file)) console.log(`FLAKY: ${file} failed and then passed.`);
    left = still;
  }
  return left.length === 0;
}

/** Runs the files. Returns those that failed: all of them where the runner itself did not get to its end. */
function test(files, concurrency) {
  const list = `.cache/failed-tests-${process.pid}.txt`;
  mkdirSync('.cache', { recursive: true });
  const good = runs(
    ...['--import', 'tsx', '--test', '--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./scripts/failed-files.mjs', `--test-reporter-destination=${list}`],
    `--test-concurrency=${concurrency}`,
    // For a file as a whole: one that hangs must not hang the machine that runs it.
    `--test-timeout=${10 * 60_000}`,
    ...files,
  );
  const named = readFileSync(list, 'utf8').split('\n').filter(Boolean);
  rmSync(list);
  const failed = files.filter((file) => named.includes(resolve(file)));
  return good ? [] : failed.length > 0 ? failed : files;
}

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
