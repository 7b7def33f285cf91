import type { Vjp } from './rule';

/** Where: ā = ȳ where c, b̄ = ȳ where not c. A choice, not a product: a NaN on the other side stays there. */
export const where: Vjp = {
  op: 'Where',
  broadcasts: true,
  cotangents: ({ g, x: [c], ȳ }) => [null, () => g.where(c, ȳ, g.scalar(0, ȳ)), () => g.where(c, g.scalar(0, ȳ), ȳ)],
};
