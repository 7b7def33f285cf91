import type { Vjp } from './rule';

/** Mul: ā = ȳ ⊙ b, b̄ = ȳ ⊙ a. */
export const mul: Vjp = {
  op: 'Mul',
  broadcasts: true,
  cotangents: ({ g, x: [a, b], ȳ }) => [() => g.mul(ȳ, b), () => g.mul(ȳ, a)],
};
