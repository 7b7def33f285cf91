import type { Graph, Node, Value } from '../graph/graph';
import { dependsOn } from './ancestors';
import { isWeight, products } from './products';
import type { Site } from './site';

/** What to tell about attention that the model may have and that was not found. */
export function unreadWarnings(graph: Graph, sites: readonly Site[]): string[] {
  const [first, ...others] = findUnread(graph, sites);
  if (!first)
    return sites.length > 0
      ? []
      : [
          'No attention was found: no softmax of this model weighs values by products of queries and keys, as in networks of convolutions or linear attention.',
        ];
  const and = others.length > 0 ? ` and ${others.length} more weigh` : ' weighs';
  return [
    `The softmax "${first.name}"${and} values in a way that is not read, such as sliding chunks (Longformer, LED) or a softmax over the queries: attentions of this kind are missing, and relevance leaves them out.`,
  ];
}

/**
 * Softmaxes of products of queries and keys that go on to weigh something, though not as a map [queries, keys] that could be read: in
 * sliding chunks (Longformer, LED), over the queries (GroupViT's assignment). Their attention is missing from what is found.
 */
function findUnread(graph: Graph, sites: readonly Site[]): Node[] {
  const read = new Set(sites.map((site) => site.softmax));
  const content = new Set(graph.inputs);
  return graph.nodes.filter((node) => {
    const [x] = node.inputs;
    const [y] = node.outputs;
    if (node.type !== 'Softmax' || read.has(node) || !x || !y) return false;
    return comesFromScores(x, content) && weighsValues(y);
  });
}

/** What ends the way back from a softmax: logits of classes or experts come from these, not from queries and keys. */
const projections: ReadonlySet<string> = new Set(['Gemm', 'Conv', 'Softmax', 'LayerNormalization']);

/** Whether a product of two values that are computed from the model's inputs lies before `x`, whatever has been done to it since. */
function comesFromScores(x: Value, content: ReadonlySet<Value>): boolean {
  const seen = new Set([x]);
  for (const { producer } of seen) {
    if (!producer || projections.has(producer.type)) continue;
    const inputs = producer.inputs.filter((v) => v !== undefined);
    if (!products.has(producer.type)) inputs.forEach((v) => seen.add(v));
    else if (inputs.every((v) => !isWeight(v) && dependsOn(v, content))) return true;
  }
  return false;
}

/** Whether a product with computed values comes behind `map` before the next softmax. */
function weighsValues(map: Value): boolean {
  const seen = new Set([map]);
  for (const at of seen)
    for (const node of at.consumers) {
      if (node.type === 'Softmax') continue;
      if (products.has(node.type)) return node.inputs.some((v) => v && v !== at && v.rank !== 0 && !isWeight(v));
      for (const out of node.outputs) if (out) seen.add(out);
    }
  return false;
}
