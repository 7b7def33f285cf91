import { dirname } from 'node:path';
import type { Conditions } from './conditionals';
import { inlineConditionals } from './conditionals';
import { DataFiles } from './read/data-files';
import { decodeModel } from './read/decode';
import { scoped } from './graph/dims';
import { commonFolder, locationIn, relocate } from './read/folders';
import type { Graph } from './graph/graph';
import { lowerGraph } from './lower/lower';
import { promoteToFloat32 } from './promote';
import { layOutAttention } from './attention/layout';
import { raiseGraph } from './raise/raise';
import type { OnnxDType } from './graph/tensor';
import type { ModelProto } from './read/messages';
import { readSkeleton } from './read/skeleton';
import { inferGraph } from './shapes/infer';
import { upgradeTo18 } from './upgrade/upgrade';

export interface OpenOptions {
  /** Sizes of the inputs where they are known beforehand; other inputs keep the file's symbolic sizes. */
  readonly inputShapes?: Readonly<Record<string, readonly number[]>>;
  readonly conditions?: Conditions;
  /** Inputs whose symbolic sizes are their own, even if the file calls another input's by the same name. */
  readonly distinct?: readonly string[];
}

/** A model ready to be traced: one dialect, float32, no fused operators, no control flow, shapes inferred. */
export interface OpenModel {
  readonly graph: Graph;
  /** Folder that the external constants are relative to; null for a model in memory. */
  readonly folder: string | null;
  /** Names of the outputs as the file declares them. */
  readonly outputs: readonly string[];
  /** The model and its data files, links resolved: when one changes, the model is another. */
  readonly files: readonly string[];
  readonly warnings: readonly string[];
  /** Weights or activations are stored as integers; gradients go straight through the rounding. */
  readonly quantised: boolean;
  /** Milliseconds: reading the skeleton, and everything after it. */
  readonly timings: { readonly skeleton: number; readonly prepare: number };
}

/** @throws BadFile, UnsupportedModel */
export function openModelFile(path: string, options: OpenOptions = {}): OpenModel {
  const start = performance.now();
  const files = new DataFiles(path);
  try {
    const skeleton = readSkeleton(files.at(files.own).source);
    const read = performance.now();
    const model = prepare(skeleton, files, options);
    return { ...model, timings: { skeleton: read - start, prepare: performance.now() - read } };
  } finally {
    files.close();
  }
}

function prepare(skeleton: ModelProto, files: DataFiles, options: OpenOptions): Omit<OpenModel, 'timings'> {
  const graph = decodeModel(skeleton, files);
  const outputs = graph.outputs.map((v) => v.name);
  const shapes = new Map(Object.entries(options.inputShapes ?? {}));
  for (const v of graph.inputs) v.shape = shapes.get(v.name) ?? v.shape;
  for (const v of graph.inputs)
    if (options.distinct?.includes(v.name)) v.shape = v.shape?.map((d) => scoped(d, v.name));
  const narrow = promoteToFloat32(graph);
  const hadBranches = inlineConditionals(graph, options.conditions ?? {}); // Infers shapes on its way.
  const later = promoteToFloat32(graph); // What came out of branches, or what the file did not declare.
  for (const t of later) narrow.add(t);
  if (hadBranches || later.size > 0) inferGraph(graph);
  upgradeTo18(graph);
  lowerGraph(graph);
  raiseGraph(graph);
  layOutAttention(graph);
  const quantised = isQuantised(graph);
  const paths = files.paths();
  const folder = commonFolder(paths.map((p) => dirname(p)));
  relocate(graph, (location) => locationIn(folder, files.at(location).path));
  return { graph, folder, files: paths, outputs, quantised, warnings: warningsOf(narrow, quantised) };
}

const quantisedOps =
  /^(com\.microsoft:)?(MatMulNBits|.*Integer.*|Q[A-Z].*|DynamicQuantize.*|QuantizeLinear|DequantizeLinear)$/;

const isQuantised = (graph: Graph): boolean => graph.nodes.some((n) => quantisedOps.test(n.type));

function warningsOf(narrow: ReadonlySet<OnnxDType>, quantised: boolean): string[] {
  const warnings = [...narrow].map(
    (t) => `The model computes in ${t}; here it runs in float32 with its own stored weights.`,
  );
  if (quantised)
    warnings.push(
      "The model is quantised: attentions are the quantised model's own, gradients pass through the dequantised weights and straight through the rounding of activations.",
    );
  return warnings;
}
