// Builds, then runs the tests with node's own runner: `npm test`, or `npm test -- PART …` for the files whose path contains a PART.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const parts = process.argv.slice(2).map((part) => part.replaceAll('\\', '/'));
const files = readdirSync('test/unit', { recursive: true })
  .map((file) => join('test/unit', file).replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.test.ts') && (parts.length === 0 || parts.some((part) => file.includes(part))))
  .sort();
if (files.length === 0) {
  console.error(`No test file's path contains ${parts.map((part) => `"${part}"`).join(' or ')}.`);
  process.exit(2);
}

function run(...args) {
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

run('scripts/build.mjs');
run(
  ...['--import', 'tsx', '--test', '--test-reporter=spec'],
  // Two at least: files that wait for an engine process leave their core to another.
  `--test-concurrency=${Math.max(2, availableParallelism() - 1)}`,
  // For a file as a whole: one that hangs must not hang the machine that runs it.
  `--test-timeout=${10 * 60_000}`,
  ...files,
);
