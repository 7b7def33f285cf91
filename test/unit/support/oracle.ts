import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inlineConditionals } from '../../../src/onnx/conditionals';
import { DataFiles } from '../../../src/onnx/read/data-files';
import type { Graph, Value } from '../../../src/onnx/graph/graph';
import { inferGraph } from '../../../src/onnx/shapes/infer';
import { readSafetensors } from '../../../src/shared/safetensors';
import type { Tensor, TensorMap } from '../../../src/shared/tensor';
import { decodeBytes } from './decode';
import { runGraph } from './ort';

export interface Observed {
  /** What the rules know, with the file's own symbols. */
  readonly symbolic: Graph;
  /** What they know when the sizes of the inputs are given. */
  readonly concrete: Graph;
  /** Every value of the graph, as ONNX Runtime computes it. */
  readonly actual: TensorMap;
}

const load = (path: string, shapes?: TensorMap): Graph => {
  const graph = decodeBytes(new Uint8Array(readFileSync(path)), new DataFiles(path));
  for (const v of graph.inputs) v.shape = shapes?.[v.name]?.dims ?? v.shape;
  for (const node of graph.nodes) for (const v of node.outputs) if (v) v.shape = undefined;
  inferGraph(graph);
  inlineConditionals(graph, {}); // Values inside of branches cannot be looked at.
  return graph;
};

/** A fixture's graph with all its values as outputs, run on the golden inputs. */
export async function observe(fixture: string | URL): Promise<Observed> {
  const at = typeof fixture === 'string' ? fixture : fixture.pathname;
  const { tensors } = readSafetensors(readFileSync(`${at}/golden.safetensors`));
  const probe = load(`${at}/model.onnx`);
  const feeds = Object.fromEntries(probe.inputs.map((v) => [v.name, fitting(tensors[`input.${v.name}`], v)]));
  probe.outputs.length = 0;
  for (const v of valuesOf(probe)) {
    v.shape = undefined; // The runtime must find it by itself.
    if (v.dtype) probe.outputs.push(v);
  }
  const actual = await runGraph(probe, feeds, dirname(`${at}/model.onnx`));
  return { symbolic: load(`${at}/model.onnx`), concrete: load(`${at}/model.onnx`, feeds), actual };
}

export const valuesOf = (graph: Graph): Value[] =>
  graph.nodes.flatMap((node) => node.outputs.filter((v) => v !== undefined));

/** float16 inputs stand as float32 in the goldens. */
function fitting(t: Tensor, v: Value): Tensor {
  if (v.dtype !== 'float16') return t;
  const view = new DataView(new ArrayBuffer(4));
  const half = Uint16Array.from(t.data as Float32Array, (x) => {
    view.setFloat32(0, x);
    const bits = view.getUint32(0);
    const exponent = ((bits >> 23) & 255) - 112;
    return exponent <= 0 ? 0 : ((bits >> 16) & 0x8000) | (exponent << 10) | ((bits >> 13) & 1023);
  });
  return { dtype: 'float16', dims: t.dims, data: half };
}
