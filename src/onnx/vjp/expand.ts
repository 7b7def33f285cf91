import type { Vjp } from './rule';

/** Expand: x̄ = Σ ȳ over the axes that were widened. */
export const expand: Vjp = {
  op: 'Expand',
  broadcasts: true,
  cotangents: ({ ȳ }) => [() => ȳ],
};
