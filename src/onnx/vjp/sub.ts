import type { Vjp } from './rule';

/** Sub: ā = ȳ, b̄ = −ȳ. */
export const sub: Vjp = {
  op: 'Sub',
  broadcasts: true,
  cotangents: ({ g, ȳ }) => [() => ȳ, () => g.neg(ȳ)],
};
