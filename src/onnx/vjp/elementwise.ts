import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import type { Vjp } from './rule';

interface Function1 {
  readonly g: Builder;
  readonly node: Node;
  readonly x: Value;
  readonly y: Value;
}

/** y = f(x), element by element: x̄ = ȳ ⊙ f′(x). The derivative has no leading axis, so that K costs one product. */
export const elementwise = (op: string, derivative: (f: Function1) => Value): Vjp => ({
  op,
  cotangents: ({ g, node, x: [x], y, ȳ }) => [() => g.mul(ȳ, derivative({ g, node, x, y }))],
});

/** 1 where the condition holds, else 0. */
export const indicator = (g: Builder, condition: Value): Value => g.cast(condition, 'float32');

/** Smallest normal float32: keeps 0 out of a denominator and changes no other number. */
export const tiny = 2 ** -126;
