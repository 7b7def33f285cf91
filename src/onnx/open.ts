import { realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { BadFile } from '../shared/errors';
import { bytesInMemory, bytesOfFile } from './read/bytes';
import type { Conditions } from './conditionals';
import { inlineConditionals } from './conditionals';
import { DataFiles } from './read/data-files';
import { decodeModel } from './read/decode';
import { scoped } from './graph/dims';
import { commonFolder, locationIn, relocate } from './read/folders';
import type { Graph } from './graph/graph';
import { lowerGraph } from './lower/lower';
import { promoteToFloat32 } from './promote';
import { raiseGraph } from './raise/raise';
import type { OnnxDType } from './graph/tensor';
import { readSkeleton } from './read/skeleton';
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
  const real = realPath(path);
  const source = bytesOfFile(real);
  const files = new DataFiles(path, real);
  try {
    const start = performance.now();
    const { bytes } = readSkeleton(source, basename(real));
    return prepare(bytes, files, real, performance.now() - start, options);
  } finally {
    source.close();
    files.close();
  }
}

/** @public For small models in memory, such as those of a file system that is no disk: weights stay inline. */
export function openModelBytes(bytes: Uint8Array, options: OpenOptions = {}): OpenModel {
  readSkeleton(bytesInMemory(bytes), 'model.onnx'); // Checks the wire format before the decoder meets it.
  return prepare(bytes, new DataFiles(null), null, 0, options);
}

/** The Hugging Face cache is made of links, which ONNX Runtime does not follow out of a folder. */
function realPath(path: string): string {
  try {
    const real = realpathSync(path);
    if (statSync(real).isFile()) return real;
  } catch (error) {
    throw new BadFile(
      `"${path}" cannot be opened (${(error as NodeJS.ErrnoException).code ?? String(error)}). Check the path.`,
      { cause: error },
    );
  }
  throw new BadFile(`"${path}" is not a file. Give the path of an .onnx file.`);
}

function prepare(
  bytes: Uint8Array,
  files: DataFiles,
  path: string | null,
  skeleton: number,
  options: OpenOptions,
): OpenModel {
  const start = performance.now();
  const graph = decodeModel(bytes, files);
  const outputs = graph.outputs.map((v) => v.name);
  const shapes = new Map(Object.entries(options.inputShapes ?? {}));
  for (const v of graph.inputs) v.shape = shapes.get(v.name) ?? v.shape;
  for (const v of graph.inputs)
    if (options.distinct?.includes(v.name)) v.shape = v.shape?.map((d) => scoped(d, v.name));
  const narrow = promoteToFloat32(graph);
  inlineConditionals(graph, options.conditions ?? {});
  for (const t of promoteToFloat32(graph)) narrow.add(t); // What came out of branches.
  upgradeTo18(graph);
  lowerGraph(graph); // Infers all shapes anew on its way.
  raiseGraph(graph);
  const quantised = isQuantised(graph);
  const paths = path === null ? [] : [...new Set([path, ...files.paths()])];
  const folder = path === null ? null : commonFolder(paths.map((p) => dirname(p)));
  if (folder !== null) relocate(graph, (location) => locationIn(folder, files.at(location).path));
  return {
    graph,
    folder,
    files: paths,
    outputs,
    quantised,
    warnings: warningsOf(narrow, quantised),
    timings: { skeleton, prepare: performance.now() - start },
  };
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
