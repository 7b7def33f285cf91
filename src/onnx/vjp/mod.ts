import type { Vjp } from './rule';

/** Mod, y = a − n b with n whole: ā = ȳ, b̄ = −ȳ ⊙ n. */
export const mod: Vjp = {
  op: 'Mod',
  broadcasts: true,
  cotangents: ({ g, x: [a, b], y, ȳ }) => [() => ȳ, () => g.mul(ȳ, g.div(g.sub(y, a), b))],
};
