// npm run bench [-- --json FILE] [--quick]: speed and memory of the engine as ratios to plain ONNX Runtime on the same file, in one run.
// Each case is a fresh process; each ratio is to the plain runs before and after it, so that a machine that drifts does not tell a tale.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { roomForGraphs } from '../src/engine/engine-process';
import type { CaseRequest, CaseResult } from './bench/case';
import type { Size } from './bench/model';
import { benchModel, sizes } from './bench/model';

interface Case {
  readonly model: string;
  readonly layers: string;
  readonly prompts: number;
  readonly lowMemory: boolean;
  readonly ratio: number;
  readonly medianMs: number;
  readonly peakMb: number;
  /** To the peak of loading and running the original file. */
  readonly memoryRatio: number;
  readonly open: CaseResult['open'];
}

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    threads: { type: 'string', default: '2' },
    runs: { type: 'string', default: '9' },
    quick: { type: 'boolean', default: false },
  },
});
const cache = join('.cache', 'bench');
mkdirSync(cache, { recursive: true });
rmSync(join(cache, 'code'), { recursive: true, force: true });
buildSync({
  entryPoints: ['scripts/bench/start.ts', 'scripts/bench/case.ts'],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  outdir: cache,
  outExtension: { '.js': '.cjs' },
  supported: { 'dynamic-import': false },
  external: ['onnxruntime-node', 'sharp'],
  // As in the package that people install.
  minify: true,
  logLevel: 'warning',
});

const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[xs.length >> 1];

function run(size: Size, layers: CaseRequest['layers'], prompts: number, lowMemory = false): CaseResult {
  const request: CaseRequest = {
    model: benchModel(size, cache),
    layers,
    prompts,
    lowMemory,
    threads: Number(values.threads),
    runs: Number(values.runs),
    image: size.image,
    embedding: size.embedding,
  };
  return JSON.parse(
    execFileSync(process.execPath, [...roomForGraphs, join(cache, 'start.cjs'), JSON.stringify(request)], {
      encoding: 'utf8',
    }),
  ) as CaseResult;
}

// What nobody has opened a model with yet, V8 compiles; each later process has that from the one before.
const first = run(sizes[0], 'all', 3).open;
const cases: Case[] = [];
const forward: Record<string, { medianMs: number; peakMb: number; createMs: number }> = {};
for (const size of values.quick ? sizes.slice(0, 1) : sizes) {
  console.log(`\n${size.name}: plain runs and cases in turn, ${values.threads} threads, medians of ${values.runs}`);
  console.log('layers  prompts            ms   ratio    peak MB   ratio   open: skeleton + build, create (ms)');
  const plain: CaseResult[] = [run(size, 'plain', 1)];
  const wanted = (['last', 'all'] as const).flatMap((layers) => [1, 3, 10].map((k) => [layers, k, false] as const));
  for (const [layers, k, lowMemory] of [...wanted, ['last', 3, true] as const, ['all', 3, true] as const]) {
    const result = run(size, layers, k, lowMemory);
    plain.push(run(size, 'plain', 1));
    const [before, after] = plain.slice(-2);
    const peak = median(plain.map((p) => p.peakMb));
    const entry: Case = {
      model: size.name,
      layers,
      prompts: k,
      lowMemory,
      ratio: result.medianMs / ((before.medianMs + after.medianMs) / 2),
      medianMs: result.medianMs,
      peakMb: result.peakMb,
      memoryRatio: result.peakMb / peak,
      open: result.open,
    };
    cases.push(entry);
    const { skeletonMs, buildMs, createMs } = result.open;
    console.log(
      `${layers.padEnd(6)} ${String(k).padStart(8)}${lowMemory ? ' low memory' : '           '}${result.medianMs.toFixed(0).padStart(6)}${entry.ratio.toFixed(2).padStart(8)}${result.peakMb.toFixed(0).padStart(11)}${entry.memoryRatio.toFixed(2).padStart(8)}   ${skeletonMs.toFixed(0)} + ${buildMs.toFixed(0)}, ${createMs.toFixed(0)}`,
    );
  }
  forward[size.name] = {
    medianMs: median(plain.map((p) => p.medianMs)),
    peakMb: median(plain.map((p) => p.peakMb)),
    createMs: median(plain.map((p) => p.open.createMs)),
  };
  console.log(`plain: ${forward[size.name].medianMs.toFixed(0)} ms, peak ${forward[size.name].peakMb.toFixed(0)} MB`);
}
const open = {
  skeletonMs: median(cases.map((c) => c.open.skeletonMs)),
  buildMs: median(cases.map((c) => c.open.buildMs)),
  createMs: median(cases.map((c) => c.open.createMs)),
};
console.log(
  `\nopening, median of all cases: skeleton ${open.skeletonMs.toFixed(0)} ms, graph ${open.buildMs.toFixed(0)} ms, ONNX Runtime ${open.createMs.toFixed(0)} ms`,
);
console.log(
  `the first time on a machine: skeleton ${first.skeletonMs.toFixed(0)} ms, graph ${first.buildMs.toFixed(0)} ms`,
);
if (values.json)
  writeFileSync(
    values.json,
    `${JSON.stringify({ cases, forward, open, first, threads: Number(values.threads) }, null, 2)}\n`,
  );
