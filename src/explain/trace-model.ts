import { findAttentions } from '../onnx/attention/name';
import { isStatic } from '../onnx/graph/dims';
import type { OpenModel, OpenOptions } from '../onnx/open';
import { openModelFile } from '../onnx/open';
import type { AttentionInfo, Trace, TraceFacts } from '../onnx/trace';
import { buildTrace } from '../onnx/trace';
import { BadFile } from '../shared/errors';
import type { Tensor, TensorMap } from '../shared/tensor';
import { elementCount, floatTensor } from '../shared/tensor';
import { isCausal } from './causal';
import { nanWarnings } from './finite';
import { matchInputs } from './inputs';
import type { Runtime } from './runtime';
import { entry } from './tensors';
import type { Target } from './targets';
import { parseTarget, seedOf, valueOf } from './targets';

export interface TraceModelParams {
  readonly model: string;
  /** By the names of the model's inputs; cast to the types that the model wants. */
  readonly inputs: TensorMap;
  readonly targets: readonly string[];
}

export interface TracedAttention extends AttentionInfo {
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly causal: boolean;
}

export interface TracedModel {
  /**
   * output.<name>, attention.<i> [batch, heads, queries, keys], gradient.<t>.<i>, hidden.[<stack>.]<i>, embedding_gradient.<t>
   * (`.decoder` for a decoder's own ids); all float32.
   */
  readonly tensors: TensorMap;
  readonly report: {
    readonly attentions: readonly TracedAttention[];
    readonly targets: readonly (Target & { readonly value: number })[];
    readonly warnings: readonly string[];
    readonly timings: {
      readonly skeleton: number;
      readonly build: number;
      readonly create: number;
      readonly run: number;
      readonly total: number;
    };
  };
}

interface TraceInfo {
  readonly facts: TraceFacts;
  readonly outputs: readonly string[];
  readonly skeleton: number;
}

/** Traces any model: every attention, its gradient for each target, hidden states and embedding gradients. */
export async function traceModel(runtime: Runtime, params: TraceModelParams): Promise<TracedModel> {
  const start = performance.now();
  const targets = params.targets.map(parseTarget);
  const options = openOptions(params.inputs);
  const request = (what: string) => JSON.stringify([what, options]);
  const model = openModelFile(params.model, options);
  const feeds = matchInputs(model.graph.inputs, params.inputs);

  const shapes = await targetShapes(runtime, params.model, model, targets, feeds, request);
  const names = [...shapes.keys()];
  const build = () => {
    const { facts, ...built } = traceAll(model, names);
    return { ...built, info: { facts, outputs: model.outputs, skeleton: model.timings.skeleton } };
  };
  return runtime.withSession(model.files, request(`trace ${names.join()}`), build, async ({ info, cost, run }) => {
    const seeds = names.map(
      (name) => [`t.cotangent.${name}`, seedOf(targets, name, shapes.get(name) as number[])] as const,
    );
    const before = performance.now();
    const results = await run({ ...feeds, ...Object.fromEntries(seeds) });
    const ran = performance.now() - before;
    const tensors = goldenNames(info, results, targets.length);
    return {
      tensors,
      report: {
        attentions: info.facts.attentions.map((a) => {
          const t = results[`attention.${a.index}`];
          const [, heads, queries, keys] = t.dims;
          return { ...a, heads, queries, keys, causal: a.kind === 'self' && isCausal(t) };
        }),
        targets: targets.map((t) => ({ ...t, value: valueOf(t, results[t.output]) })),
        warnings: [...info.facts.warnings, ...nanWarnings(tensors)],
        timings: { skeleton: info.skeleton, ...cost, run: ran, total: performance.now() - start },
      },
    };
  });
}

/** Sizes and boolean switches of the inputs are known, so the graph is built for them. */
function openOptions(inputs: TensorMap): OpenOptions {
  const entries = Object.entries(inputs);
  return {
    inputShapes: Object.fromEntries(entries.map(([name, t]) => [name, t.dims])),
    conditions: Object.fromEntries(
      entries.flatMap(([name, t]) => (elementCount(t.dims) === 1 ? [[name, Number(t.data[0]) !== 0]] : [])),
    ),
  };
}

function traceAll(model: OpenModel, names: readonly string[]): Trace {
  const attentions = findAttentions(model.graph);
  const all = attentions.map((a) => a.index);
  const passes = names.length > 0 ? [{ name: 't', outputs: names, gradients: all, embeddings: true }] : [];
  return buildTrace(model, { outputs: model.outputs, attentions: all, hidden: true, passes }, attentions);
}

/** Shapes of the outputs that targets name: from the graph, or where data decides them, from a plain run. */
async function targetShapes(
  runtime: Runtime,
  path: string,
  model: OpenModel,
  targets: readonly Target[],
  feeds: TensorMap,
  request: (what: string) => string,
): Promise<Map<string, readonly number[]>> {
  const shapes = new Map<string, readonly number[]>();
  const unknown: string[] = [];
  for (const { output } of targets) {
    const shape = model.graph.outputs.find((v) => v.name === output)?.shape;
    if (shape && isStatic(shape)) shapes.set(output, shape);
    else unknown.push(output);
  }
  if (unknown.length === 0) return shapes;
  const build = () => {
    const trace = buildTrace(openModelFile(path, openOptions(feeds)), { outputs: unknown, attentions: [], passes: [] });
    return { bytes: trace.bytes, folder: trace.folder, info: null };
  };
  await runtime.withSession(model.files, request(`shapes ${unknown.join()}`), build, async ({ run }) => {
    for (const [name, t] of Object.entries(await run(feeds))) shapes.set(name, t.dims);
  });
  return shapes;
}

function goldenNames({ facts, outputs }: TraceInfo, results: TensorMap, targets: number): TensorMap {
  const tensors: Record<string, Tensor> = {};
  for (const name of outputs) tensors[`output.${name}`] = asFloat(results[name], name);
  for (const { index } of facts.attentions) {
    const a = results[`attention.${index}`];
    tensors[`attention.${index}`] = a;
    const gradient = results[`t.gradient.${index}`] ?? zeros([targets, ...a.dims]);
    for (let t = 0; t < targets; t++) tensors[`gradient.${t}.${index}`] = entry(gradient, t);
  }
  for (const [stack, count] of facts.hidden)
    for (let i = 0; i < count; i++)
      tensors[facts.hidden.size > 1 ? `hidden.${stack}.${i}` : `hidden.${i}`] = results[`hidden.${stack}.${i}`];
  for (const ids of facts.embeddings) {
    const gradient = results[`t.embedding.${ids}`];
    if (!gradient) continue;
    const suffix = facts.embeddings.length > 1 && /decoder/i.test(ids) ? '.decoder' : '';
    for (let t = 0; t < targets; t++) tensors[`embedding_gradient.${t}${suffix}`] = entry(gradient, t);
  }
  return tensors;
}

const zeros = (dims: readonly number[]): Tensor => floatTensor(dims, new Float32Array(elementCount(dims)));

function asFloat(t: Tensor, name: string): Tensor {
  if (!t) throw new BadFile(`The model gave no output "${name}". Export it again.`);
  return t.dtype === 'float32' ? t : floatTensor(t.dims, Float32Array.from(t.data as Float32Array, Number));
}
