import type { Vjp } from './rule';
import { positions, scatterToSource } from './scatter';

/** GatherND: x̄_j = Σ ȳ_i over the i that were taken from j. */
export const gatherND: Vjp = {
  op: 'GatherND',
  cotangents: ({ g, node, x: [x, indices], ȳ }) => [
    () => scatterToSource(g, ȳ, g.op('GatherND', [positions(g, x), indices], node.attributes), x),
  ],
};
