import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import { foldLeading, unfoldLeading } from './leading';
import type { Vjp } from './rule';
import { rankOf, refuse } from './rule';
import { knownWindow, spreadWindows } from './spread-windows';

/** Conv, y = x ∗ w + b: x̄ = ȳ ∗ᵀ w, b̄ = Σ ȳ over all but the channels. */
export const conv: Vjp = {
  op: 'Conv',
  cotangents: (c) => [
    () => convInput(c, c.ȳ, c.x[1]),
    () => refuse(c.node, 'its weights depend on the input'),
    () => overChannels(c.g, c.node, c.y, c.ȳ),
  ],
};

/** x̄ for weights w [M, C/group, …kernel]; K goes into the batch. */
export function convInput(
  { g, node, x: [x], y }: { readonly g: Builder; readonly node: Node; readonly x: readonly Value[]; readonly y: Value },
  ȳ: Value,
  w: Value,
): Value {
  const group = node.int('group', 1);
  return unfoldLeading(g, spreadWindows(g, foldLeading(g, ȳ), w, knownWindow(node, x, w), { x, y, group }), ȳ, x);
}

/** Σ over batch and space: [K, N, M, …] → [K, M]. */
export function overChannels(g: Builder, node: Node, y: Value, ȳ: Value): Value {
  const space = Array.from({ length: rankOf(node, y) - 2 }, (_, i) => 3 + i);
  return g.reduceSum(ȳ, [1, ...space]);
}
