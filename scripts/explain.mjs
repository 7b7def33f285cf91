// The main job from a fresh clone: `npm run explain`, or `npm run explain -- IMAGE "PROMPT" … [--model DIR] …` for one's own.
// Writes overlays, numbers and an HTML report to out/explain/<image>/. Options that begin with -- go to the command line as they are.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { dirname, join, parse, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** npm runs scripts in the package's folder; paths on the command line are meant from where the user stands. */
const cwd = process.env.INIT_CWD ?? process.cwd();
/** Options of `attention-lens image` that take no value. */
const flags = ['--truncate', '--low-memory', '--verbose'];

function fail(sentence) {
  console.error(sentence);
  process.exit(2);
}

function run(args, options) {
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'inherit', ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** Splits the arguments into image and prompts, and options with their values. */
function split(argv) {
  const plain = [];
  const options = [];
  for (let i = 0; i < argv.length; i++) {
    if (!argv[i].startsWith('--')) plain.push(argv[i]);
    else if (argv[i].includes('=') || flags.includes(argv[i]) || i + 1 === argv.length) options.push(argv[i]);
    else options.push(argv[i], argv[++i]);
  }
  return { plain, options };
}

if (!existsSync(join(root, 'node_modules', 'esbuild')))
  fail('The packages are not installed yet. Run "npm install" first.');

const { plain, options } = split(process.argv.slice(2));
const [image = join(root, 'media', 'samples', 'space.png'), ...given] = plain;
const own = plain.length > 0;
if (own && given.length === 0 && !options.some((o) => o.startsWith('--prompt')))
  fail('There is no prompt. Usage: npm run explain -- IMAGE "PROMPT" ["PROMPT" …] [--model DIR] [--method NAME] …');
const prompts = own ? given : ['a bald man', 'a rocket in space', 'a ringed planet', 'a cow'];

run([join(root, 'scripts', 'build.mjs')], { cwd: root });

const { name } = parse(image);
const out = join(root, 'out', 'explain', name);
// Pictures of other prompts, from an earlier run, would lie among those of this one.
rmSync(out, { recursive: true, force: true });
const here = (path) => relative(cwd, path) || path;
run(
  [
    ...[join(root, 'dist', 'cli.cjs'), 'image', own ? image : here(image)],
    ...prompts.flatMap((prompt) => ['--prompt', prompt]),
    ...['--overlay', here(out), '--json', here(join(out, `${name}.json`)), '--report', here(join(out, `${name}.html`))],
    ...options,
  ],
  { cwd },
);
