import type { Vjp } from './rule';

/** Reshape: x̄ = ȳ in x's shape. */
export const reshape: Vjp = {
  op: 'Reshape',
  cotangents: ({ g, x: [x], ȳ }) => [() => g.reshapeBehindLeading(ȳ, x)],
};

/** Flatten: x̄ = ȳ in x's shape. */
export const flatten: Vjp = { ...reshape, op: 'Flatten' };
