import { Builder } from '../graph/builder';
import { dropReplaced } from '../graph/dead';
import type { Graph, Node, Value } from '../graph/graph';
import { centredNormalization } from './centred-normalization';
import { gelu } from './gelu';
import { layerNormalization } from './layer-normalization';
import { quickGelu } from './quick-gelu';
import { rmsNormalization } from './rms-normalization';
import type { Raise } from './rule';
import { softmax } from './softmax';

/** By the type of the last node; of several the first that matches. */
const rules = new Map<string, readonly Raise[]>();
for (const rule of [layerNormalization, rmsNormalization, centredNormalization, gelu, quickGelu, softmax])
  for (const type of rule.last) rules.set(type, [...(rules.get(type) ?? []), rule]);

/**
 * Puts normalisations and activations that an exporter took apart back together: their vector-Jacobian products are then a few nodes
 * instead of a few dozen, and the structure of a layer can be read.
 */
export function raiseGraph(graph: Graph): void {
  const nodes: Node[] = [];
  const replaced: Node[] = [];
  const g = new Builder(graph, nodes, 'raised');
  for (const node of graph.nodes) {
    const output = node.outputs[0];
    const raised = output && (passedThrough(graph, node, output) ?? firstMatch(g, node));
    nodes.push(node);
    if (!raised) continue;
    graph.replace(output as Value, raised);
    replaced.push(node);
  }
  graph.nodes = nodes;
  dropReplaced(graph, replaced);
}

/** What a node hands on unchanged: casts to the type that a value has already, dropout outside training. A graph output keeps its node. */
function passedThrough(graph: Graph, node: Node, output: Value): Value | undefined {
  const x = node.inputs[0];
  if (!x) return undefined;
  const isNothing =
    node.type === 'Identity' ||
    (node.type === 'Cast' && x.dtype !== undefined && x.dtype === output.dtype) ||
    (node.type === 'Dropout' && !node.inputs[2] && !node.outputs[1]);
  return isNothing && !graph.outputs.includes(output) ? x : undefined;
}

function firstMatch(g: Builder, node: Node): Value | undefined {
  for (const rule of rules.get(node.type) ?? []) {
    const value = rule.raise(g, node);
    if (value) return value;
  }
  return undefined;
}
