import assert from 'node:assert/strict';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { UnsupportedModel } from '../../../src/shared/errors';
import { symbol } from '../../../src/onnx/graph/dims';
import { encodeModel } from '../../../src/onnx/encode';
import type { Attributes } from '../../../src/onnx/graph/graph';
import { Graph, Node } from '../../../src/onnx/graph/graph';
import { lowerGraph } from '../../../src/onnx/lower/lower';
import type { OnnxDType } from '../../../src/onnx/graph/tensor';
import { constant } from '../../../src/onnx/graph/tensor';
import { decodeBytes } from '../support/decode';

export interface Fed {
  readonly dtype: OnnxDType;
  readonly dims: readonly number[];
  readonly data: readonly number[];
  /** A constant of the model instead of an input: weights. */
  readonly fixed?: boolean;
}

/** One fused node. `inputs` in the operator's order. */
export interface Fused {
  readonly op: string;
  readonly domain?: string;
  readonly opset?: number;
  readonly inputs: readonly (Fed | undefined)[];
  /** The types of the outputs; undefined: not asked for. */
  readonly outputs: readonly (OnnxDType | undefined)[];
  readonly attributes?: Attributes;
  /** The model's inputs have symbols for sizes, all different; otherwise their sizes stand in the file. */
  readonly symbolic?: boolean;
}

export const float = (x: number): { float: number } => ({ float: x });

/** Numbers of a seed: mulberry32, uniform in [−1, 1). */
export function random(seed: number): () => number {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

export const fill = (dims: readonly number[], next: () => number): number[] =>
  Array.from({ length: dims.reduce((n, d) => n * d, 1) }, () => next());

/** Makes float inputs of one seed. */
export function sampler(seed: number) {
  const next = random(seed);
  return {
    next,
    floats: (...dims: number[]): Fed => ({ dtype: 'float32', dims, data: fill(dims, next) }),
    weights: (...dims: number[]): Fed => ({ dtype: 'float32', dims, data: fill(dims, next), fixed: true }),
    int: (from: number, to: number): number => from + Math.floor(((next() + 1) / 2) * (to - from + 1)),
  };
}

export const ints = (dtype: OnnxDType, dims: readonly number[], data: readonly number[]): Fed => ({
  dtype,
  dims,
  data,
});

export function modelOf({ op, domain = '', opset = 18, inputs, outputs, attributes = {}, symbolic }: Fused): Graph {
  const graph = new Graph();
  graph.opsets.set('', opset);
  if (domain !== '') graph.opsets.set(domain, 1);
  const values = inputs.map((fed, i) => {
    if (!fed) return undefined;
    const v = graph.value(`x${i}`);
    v.dtype = fed.dtype;
    v.shape = symbolic && !fed.fixed ? fed.dims.map((_, axis) => symbol(`d${i}_${axis}`)) : fed.dims;
    if (fed.fixed) v.tensor = constant(fed.dtype, fed.dims, fed.data);
    else graph.inputs.push(v);
    return v;
  });
  const results = outputs.map((dtype, i) => {
    if (!dtype) return undefined;
    const v = graph.value(`y${i}`);
    v.dtype = dtype;
    graph.outputs.push(v);
    return v;
  });
  graph.append(new Node(op, domain, 'fused', values, results, attributes));
  return graph;
}

const copy = (graph: Graph): Graph => decodeBytes(encodeModel(graph));

export async function run(graph: Graph, fused: Fused): Promise<Record<string, Tensor>> {
  const session = await InferenceSession.create(encodeModel(graph), { logSeverityLevel: 4 });
  const feeds = fused.inputs.flatMap((fed, i) => (fed && !fed.fixed ? [[`x${i}`, tensorOf(fed)] as const] : []));
  try {
    return (await session.run(Object.fromEntries(feeds))) as Record<string, Tensor>;
  } finally {
    await session.release();
  }
}

function tensorOf({ dtype, dims, data }: Fed): Tensor {
  switch (dtype) {
    case 'float32':
      return new Tensor('float32', Float32Array.from(data), dims);
    case 'int64':
      return new Tensor('int64', BigInt64Array.from(data.map(BigInt)), dims);
    case 'int32':
      return new Tensor('int32', Int32Array.from(data), dims);
    case 'uint8':
      return new Tensor('uint8', Uint8Array.from(data), dims);
    case 'int8':
      return new Tensor('int8', Int8Array.from(data), dims);
    case 'bool':
      return new Tensor('bool', Uint8Array.from(data), dims);
    default:
      throw new Error(`No input of type ${dtype} is made here.`);
  }
}

export function lowered(fused: Fused): Graph {
  const graph = copy(modelOf(fused));
  lowerGraph(graph);
  return graph;
}

/** Runs the fused node in ONNX Runtime, and what it is taken apart into; all outputs agree. @returns the second graph */
export async function assertSame(
  fused: Fused,
  tolerance = 1e-5,
  keep: (name: string, i: number) => boolean = () => true,
): Promise<Graph> {
  const graph = lowered(fused);
  assert.ok(
    !graph.nodes.some((n) => n.op === fused.op && n.domain === (fused.domain ?? '')),
    'nothing of the fused node is left',
  );
  const [whole, parts] = [await run(modelOf(fused), fused), await run(graph, fused)];
  assert.deepEqual(Object.keys(parts).sort(), Object.keys(whole).sort(), 'outputs keep their names');
  for (const [name, want] of Object.entries(whole)) assertClose(parts[name], want, name, tolerance, keep);
  return graph;
}

export function assertClose(
  got: Tensor,
  want: Tensor,
  name: string,
  tolerance: number,
  keep: (name: string, i: number) => boolean = () => true,
): void {
  assert.deepEqual([...got.dims], [...want.dims], `${name} has the same shape`);
  assert.equal(got.type, want.type, `${name} has the same type`);
  const [a, b] = [got.data, want.data].map((d) => Array.from(d as Iterable<number | bigint>, Number));
  b.forEach((y, i) => {
    if (Object.is(a[i], y) || !keep(name, i)) return;
    const error = Math.abs(a[i] - y) / Math.max(1, Math.abs(y));
    assert.ok(error <= tolerance, `${name}[${i}] is ${a[i]}, not ${y}`);
  });
}

export function assertRefused(fused: Fused, why: RegExp): void {
  assert.throws(
    () => lowered(fused),
    (e: Error) => e instanceof UnsupportedModel && why.test(e.message),
  );
}

/** The probabilities multiply the values: softmax over the last axis, rows of queries that see nothing set to zero, then MatMul. */
export function assertExplicit(graph: Graph): void {
  const softmax = graph.nodes.find((n) => n.type === 'Softmax');
  assert.equal(softmax?.int('axis', 0), -1, 'the softmax runs over the keys');
  const weights = softmax?.outputs[0];
  // A query that sees no key weighs nothing: its row is set to zero first.
  const zeroed = [...(weights?.consumers ?? [])].find((n) => n.type === 'Where' && n.inputs[1] === weights);
  const probabilities = zeroed?.outputs[0] ?? weights;
  assert.ok(
    [...(probabilities?.consumers ?? [])].some((n) => n.type === 'MatMul' && n.inputs[0] === probabilities),
    'the probabilities multiply the values',
  );
}

/** Options of a property: the first failure says what differs. */
export const runs = (seed: number, numRuns: number) => ({ seed, numRuns, includeErrorInReport: true });
