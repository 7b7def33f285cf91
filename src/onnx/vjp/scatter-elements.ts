import type { Vjp } from './rule';
import { axisFromEnd, refuse } from './rule';

/** ScatterElements: ū_i = ȳ_{index_i} along the axis; x̄ = ȳ, without the places that were overwritten unless updates were added. */
export const scatterElements: Vjp = {
  op: 'ScatterElements',
  cotangents({ g, node, x: [x, indices, updates], ȳ }) {
    const reduction = node.string('reduction', 'none');
    if (reduction !== 'none' && reduction !== 'add') return refuse(node, `its reduction is "${reduction}"`);
    const axis = axisFromEnd(node, x, node.int('axis', 0));
    const kept = () => g.op('ScatterElements', [g.fill(g.shape(x), 1), indices, g.fill(g.shape(updates), 0)], { axis });
    const index = () => g.expand(indices, g.concat([g.shapePart(ȳ, 0, 1), g.shape(indices)], 0));
    return [
      () => (reduction === 'add' ? ȳ : g.mul(ȳ, kept())),
      null,
      () => g.op('GatherElements', [ȳ, index()], { axis }),
    ];
  },
};

/** Scatter, the older name. */
export const scatter: Vjp = { ...scatterElements, op: 'Scatter' };
