import { join } from 'node:path';
import { scoped } from './graph/dims';
import { commonFolder, locationIn, relocate } from './read/folders';
import type { Graph, Value } from './graph/graph';
import type { OpenModel } from './open';

/**
 * Two models as one graph, side by side: the towers of a split export. Names of the second that the first has too get a prefix;
 * external constants are named from the folder that holds both.
 */
export function mergeModels(a: OpenModel, b: OpenModel, prefix: string): OpenModel {
  const folder = sharedFolder(a, b);
  const { graph } = a;
  for (const v of [...b.graph.values.values()]) adopt(graph, v, prefix);
  graph.nodes.push(...b.graph.nodes);
  graph.inputs.push(...b.graph.inputs);
  graph.outputs.push(...b.graph.outputs);
  for (const [domain, version] of b.graph.opsets)
    graph.opsets.set(domain, Math.max(version, graph.opsets.get(domain) ?? 0));
  return {
    graph,
    folder,
    files: [...a.files, ...b.files],
    outputs: graph.outputs.map((v) => v.name),
    warnings: [...new Set([...a.warnings, ...b.warnings])],
    quantised: a.quantised || b.quantised,
    timings: { skeleton: a.timings.skeleton + b.timings.skeleton, prepare: a.timings.prepare + b.timings.prepare },
  };
}

function adopt(graph: Graph, value: Value, prefix: string): void {
  let name = value.name;
  while (graph.values.has(name)) name = `${prefix}/${name}`;
  value.name = name;
  // Both towers call their first axis "batch", and mean different ones.
  value.shape = value.shape?.map((d) => scoped(d, prefix));
  value.content = value.content?.map((d) => scoped(d, prefix));
  graph.values.set(name, value);
}

function sharedFolder(a: OpenModel, b: OpenModel): string | null {
  if (a.folder === null || b.folder === null) return a.folder ?? b.folder;
  const shared = commonFolder([a.folder, b.folder]);
  for (const { graph, folder } of [a, b])
    relocate(graph, (location) => locationIn(shared, join(folder as string, location)));
  return shared;
}
