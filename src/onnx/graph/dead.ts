import type { Graph, Node, Value } from './graph';

/** Drops the nodes that no output depends on. */
export function dropDeadNodes(graph: Graph): void {
  const needed = new Set<Value>(graph.outputs);
  const dead = new Set<Node>();
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i];
    if (node.outputs.some((v) => v && needed.has(v))) {
      for (const v of node.inputs) if (v) needed.add(v);
    } else dead.add(node);
  }
  graph.removeAll(dead);
}

/** Drops what only `replaced` nodes read, step by step; nodes that nobody read before stay (a model may hold attentions that reach no output). */
export function dropReplaced(graph: Graph, replaced: readonly Node[]): void {
  const dead = new Set<Node>();
  const pending = [...replaced];
  for (let node; (node = pending.pop());) {
    if (dead.has(node) || node.outputs.some((v) => v && (v.consumers.size > 0 || graph.outputs.includes(v)))) continue;
    dead.add(node);
    for (const v of node.inputs) {
      v?.consumers.delete(node);
      if (v?.producer) pending.push(v.producer);
    }
  }
  graph.removeAll(dead);
}

/** Drops graph inputs that nobody reads; the caller's feeds for them are ignored. */
export function dropUnusedInputs(graph: Graph): void {
  const used = graph.inputs.filter((v) => v.consumers.size > 0 || graph.outputs.includes(v));
  graph.inputs.splice(0, graph.inputs.length, ...used);
}
