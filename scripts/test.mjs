// Runs the tests with node's own runner: `npm test`, or `npm test -- PATTERN` for the files whose path contains PATTERN.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const files = (dir) =>
  readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? (e.name === 'fixtures' ? [] : files(join(dir, e.name))) : [join(dir, e.name)],
  );
const patterns = process.argv.slice(2);
const chosen = files('test').filter(
  (f) => f.endsWith('.test.ts') && (patterns.length === 0 || patterns.some((p) => f.includes(p))),
);
const run = (command, args) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
run(process.execPath, ['scripts/build.mjs']);
run(process.execPath, ['--import', 'tsx', '--test', '--test-concurrency=2', ...chosen]);
