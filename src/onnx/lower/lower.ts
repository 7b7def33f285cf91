import { Builder } from '../graph/builder';
import type { Graph, Node } from '../graph/graph';
import { inferNode } from '../shapes/infer';
import type { Lowering } from './rule';
import { refuse } from './rule';
import { loweringOf } from './table';

/**
 * Takes fused operators apart in place, in execution order; all other nodes stay. Types and shapes are inferred on the way where they are not
 * known, and behind the first that was taken apart.
 */
export function lowerGraph(graph: Graph): void {
  const nodes: Node[] = [];
  const g = new Builder(graph, nodes);
  const fused = new Set<Node>();
  for (const node of graph.nodes) {
    const rule = loweringOf(node);
    if (rule) {
      fused.add(node);
      g.scope = node.name;
      replaceOutputs(g, node, rule);
    } else {
      if (fused.size > 0 || node.outputs.some((v) => v && !v.shape)) inferNode(node, graph.opset);
      nodes.push(node);
    }
  }
  graph.nodes = nodes;
  if (fused.size > 0) graph.removeAll(fused);
}

function replaceOutputs(g: Builder, node: Node, rule: Lowering): void {
  const made = rule.lower({ g, node, x: node.inputs });
  node.outputs.forEach((old, i) => {
    if (!old || (old.consumers.size === 0 && !g.graph.outputs.includes(old))) return;
    const value = made[i] ?? refuse(node, `its output number ${i} ("${old.name}") is read`);
    // A graph output keeps its name only on a value that a node of its own makes.
    const isTaken = g.graph.outputs.includes(value) || !value.producer;
    const now = isTaken && g.graph.outputs.includes(old) ? g.identity(value) : value;
    now.dtype ??= old.dtype;
    now.shape ??= old.shape;
    g.graph.replace(old, now);
  });
}
