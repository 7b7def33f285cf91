import type { Vjp } from './rule';

/** Div: ā = ȳ / b, b̄ = −ȳ ⊙ y / b. */
export const div: Vjp = {
  op: 'Div',
  broadcasts: true,
  cotangents: ({ g, x: [, b], y, ȳ }) => [() => g.div(ȳ, b), () => g.mul(ȳ, g.neg(g.div(y, b)))],
};
