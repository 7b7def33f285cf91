// One case of the benchmark in a process of its own (start.ts): opens a model, runs it, prints one line of JSON.
import { readFileSync } from 'node:fs';
import { nativeLibraries } from '../../src/engine/native';
import { runtimeOf } from '../../src/engine/runtime';
import { defaultLimits, Sessions } from '../../src/engine/sessions';
import { appendCosine, logitsOutput, scaleInput } from '../../src/explain/clip/cosine';
import { findAttentions } from '../../src/onnx/attention/name';
import { openModelFile } from '../../src/onnx/open';
import type { PassRequest } from '../../src/onnx/trace';
import { buildTrace } from '../../src/onnx/trace';
import type { TensorMap } from '../../src/shared/tensor';
import { floatTensor } from '../../src/shared/tensor';

export interface CaseRequest {
  readonly model: string;
  /** plain: the user's file as it is. */
  readonly layers: 'plain' | 'last' | 'all';
  readonly prompts: number;
  readonly threads: number;
  readonly lowMemory: boolean;
  readonly runs: number;
  readonly image: number;
  readonly embedding: number;
}

export interface CaseResult {
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** Resident set at its largest, megabytes. */
  readonly peakMb: number;
  readonly open: { readonly skeletonMs: number; readonly buildMs: number; readonly createMs: number };
}

const request = JSON.parse(process.argv[2]) as CaseRequest;
export const done = (request.layers === 'plain' ? plain() : traced()).then((result) =>
  console.log(JSON.stringify(result)),
);

async function plain(): Promise<CaseResult> {
  const ort = await nativeLibraries().ort.get();
  const start = performance.now();
  const session = await ort.InferenceSession.create(request.model, {
    intraOpNumThreads: request.threads,
    logSeverityLevel: 3,
  });
  const createMs = performance.now() - start;
  const pixels = new ort.Tensor('float32', pixelValues(), [1, 3, request.image, request.image]);
  return measure({ skeletonMs: 0, buildMs: 0, createMs }, () => session.run({ pixel_values: pixels }));
}

async function traced(): Promise<CaseResult> {
  const native = nativeLibraries();
  const sessions = new Sessions(() => native.ort.get(), defaultLimits);
  const runtime = runtimeOf(sessions, { threads: request.threads, lowMemory: request.lowMemory }, new Map());
  const build = () => {
    const model = openModelFile(request.model);
    const image = model.graph.outputs[0];
    const text = model.graph.value('text_embeds');
    Object.assign(text, { dtype: 'float32', shape: ['$texts', request.embedding] });
    model.graph.inputs.push(text);
    appendCosine(model.graph, image, text);
    const attentions = findAttentions(model.graph);
    const all = attentions.map((a) => a.index);
    const reduced = request.layers === 'last' ? all.slice(-1) : all;
    const passes: PassRequest[] = [{ name: 'v', outputs: [logitsOutput], reduced, reductions: ['relevance'] }];
    const trace = buildTrace(model, { outputs: [logitsOutput], attentions: [], passes }, attentions);
    return { bytes: trace.bytes, folder: trace.folder, info: model.timings };
  };
  return runtime.withSession([request.model], 'bench', build, ({ info, cost, run }) => {
    const open = { skeletonMs: info.skeleton, buildMs: cost.build - info.skeleton, createMs: cost.create };
    const given = feeds();
    return measure(open, () => run(given));
  });
}

function feeds(): TensorMap {
  const k = request.prompts;
  const eye = Float32Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0));
  const texts = Float32Array.from({ length: k * request.embedding }, (_, i) => Math.sin(i * 1.7));
  return {
    pixel_values: floatTensor([1, 3, request.image, request.image], pixelValues()),
    text_embeds: floatTensor([k, request.embedding], texts),
    [scaleInput]: floatTensor([], Float32Array.of(100)),
    [`v.cotangent.${logitsOutput}`]: floatTensor([k, 1, k], eye),
  };
}

function pixelValues(): Float32Array {
  return Float32Array.from({ length: 3 * request.image ** 2 }, (_, i) => Math.sin(i * 0.37));
}

async function measure(open: CaseResult['open'], run: () => Promise<unknown>): Promise<CaseResult> {
  for (let i = 0; i < 2; i++) await run();
  const times: number[] = [];
  for (let i = 0; i < request.runs; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return {
    medianMs: times[times.length >> 1],
    minMs: times[0],
    maxMs: times[times.length - 1],
    peakMb: peakMegabytes(),
    open,
  };
}

/** VmHWM where there is /proc: maxRSS may count a parent's memory after fork. */
function peakMegabytes(): number {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line) return Number(line[1]) / 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1024;
}
