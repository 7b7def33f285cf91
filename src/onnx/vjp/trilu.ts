import type { Vjp } from './rule';

/** Trilu: x̄ is the same triangle of ȳ. */
export const trilu: Vjp = {
  op: 'Trilu',
  cotangents: ({ g, node, x: [, k], ȳ }) => [() => g.op('Trilu', k ? [ȳ, k] : [ȳ], node.attributes)],
};
