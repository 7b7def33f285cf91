import type { Vjp } from './rule';

/** Sum of many: x̄ᵢ = ȳ. */
export const sum: Vjp = { op: 'Sum', broadcasts: true, cotangents: ({ x, ȳ }) => x.map(() => () => ȳ) };

/** Mean of n: x̄ᵢ = ȳ / n. */
export const mean: Vjp = {
  op: 'Mean',
  broadcasts: true,
  cotangents: ({ g, x, ȳ }) => x.map(() => () => g.scale(ȳ, 1 / x.length)),
};
