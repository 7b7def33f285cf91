import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import { carriesGradient, ruleOf } from './table';
import { unbroadcast } from './unbroadcast';

/** Where a gradient starts: a value and its cotangent [K, …value.shape]. */
export interface Seed {
  readonly value: Value;
  readonly cotangent: Value;
}

/**
 * Appends the backward graph: vector-Jacobian products from the seeds to the wanted values, and nothing that lies on no path
 * between them. Reverse mode, nodes in reverse execution order.
 * @returns the cotangent of each wanted value [K, …value.shape]; a value that no seed depends on has no entry.
 */
export function backward(g: Builder, seeds: readonly Seed[], wanted: readonly Value[]): Map<Value, Value> {
  const active = reachableFrom(wanted, g.graph.nodes);
  const cotangents = new Map<Value, Value[]>();
  const send = (value: Value, cotangent: Value) => {
    const list = cotangents.get(value);
    if (list) list.push(cotangent);
    else cotangents.set(value, [cotangent]);
  };
  for (const { value, cotangent } of seeds) if (active.has(value)) send(value, cotangent);

  // A value's cotangents are summed once, when its producer is reached: all its readers come later in execution order.
  const sum = (value: Value): Value | undefined => {
    const list = cotangents.get(value);
    if (!list) return undefined;
    if (list.length > 1)
      list.splice(
        0,
        list.length,
        list.reduce((a, b) => g.add(a, b)),
      );
    return list[0];
  };

  const forward = [...g.graph.nodes].reverse().filter((n) => n.outputs.some((v) => v && active.has(v)));
  const producers = new Set(wanted.map((v) => v.producer));
  for (const node of forward) {
    const out = node.outputs.map((v) => (v && active.has(v) ? sum(v) : undefined));
    if (out.every((v) => v === undefined)) continue;
    // Nothing beyond a wanted value is needed unless another wanted value lies there.
    if (producers.has(node) && !node.inputs.some((v) => v && active.has(v))) continue;
    propagate(g, node, out, active, send);
  }
  return new Map(
    wanted.flatMap((v) => {
      const cotangent = sum(v);
      return cotangent ? [[v, cotangent] as const] : [];
    }),
  );
}

function propagate(
  g: Builder,
  node: Node,
  out: readonly (Value | undefined)[],
  active: ReadonlySet<Value>,
  send: (value: Value, cotangent: Value) => void,
): void {
  const rule = ruleOf(node);
  const y = node.outputs[0];
  if (!rule || !y) return;
  // A rule that reads ȳ of an unused first output would make no sense of undefined; such rules ask cotangent(i) instead.
  const context = { g, node, x: node.inputs as Value[], y, ȳ: out[0] as Value, cotangent: (i: number) => out[i] };
  const makers = rule.cotangents(context);
  node.inputs.forEach((x, i) => {
    const make = makers[i];
    if (!x || !make || !active.has(x)) return;
    const x̄ = make();
    send(x, rule.broadcasts ? unbroadcast(g, x̄, x) : x̄);
  });
}

/** The values that depend on one of `roots`, roots included. */
function reachableFrom(roots: readonly Value[], nodes: readonly Node[]): Set<Value> {
  const reached = new Set(roots);
  for (const node of nodes) {
    if (!node.inputs.some((v) => v && reached.has(v))) continue;
    node.outputs.forEach((v, i) => v && carriesGradient(node, i) && reached.add(v));
  }
  return reached;
}
