import type { Graph, Value } from '../graph/graph';
import { shapeOnly } from './ancestors';
import type { Site } from './site';

/** What a value is made of, seen along the residual stream. */
export interface Sources {
  /** Attentions whose output reaches it without passing through a later attention: its own stream's past. */
  readonly attentions: bigint;
  /** Graph inputs that reach it so, masks and caches left out. */
  readonly inputs: bigint;
}

const none: Sources = { attentions: 0n, inputs: 0n };

/** Masks and caches accompany a stream, they do not make one. */
const accompanies = /mask|past|cache|position/i;

/**
 * Follows content through the graph, cut at every attention's output: residual connections still carry a stream from its input to
 * its end, while what one stream only looks at in another does not count.
 */
export function traceSources(graph: Graph, sites: readonly Site[]): (value: Value) => Sources {
  const known = new Map<Value, Sources>();
  graph.inputs.forEach((v, i) =>
    known.set(v, accompanies.test(v.name) || v.dtype === 'bool' ? none : { attentions: 0n, inputs: 1n << BigInt(i) }),
  );
  const cuts = new Map<Value, Sources>();
  sites.forEach(({ context }, i) => {
    const attentions = (cuts.get(context)?.attentions ?? 0n) | (1n << BigInt(i)); // Several may weigh the same values.
    cuts.set(context, { attentions, inputs: 0n });
  });
  const of = (v: Value | undefined): Sources => (v && known.get(v)) ?? none;
  for (const node of graph.nodes) {
    if (shapeOnly.has(node.type)) continue;
    let attentions = 0n;
    let inputs = 0n;
    for (const v of node.inputs) {
      const s = of(v);
      attentions |= s.attentions;
      inputs |= s.inputs;
    }
    const joint = attentions === 0n && inputs === 0n ? none : { attentions, inputs };
    for (const v of node.outputs) if (v) known.set(v, cuts.get(v) ?? joint);
  }
  return of;
}
