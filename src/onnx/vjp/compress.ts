import type { Vjp } from './rule';
import { positions, scatterToSource } from './scatter';

/** Compress: x̄ is ȳ at the places that were kept, zero elsewhere. */
export const compress: Vjp = {
  op: 'Compress',
  cotangents: ({ g, node, x: [x, condition], ȳ }) => [
    () => scatterToSource(g, ȳ, g.op('Compress', [positions(g, x), condition], node.attributes), x),
  ],
};
