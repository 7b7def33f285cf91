import type { Vjp } from './rule';
import { refuse } from './rule';

/** ScatterND: ū_i = ȳ_{index_i}; x̄ = ȳ, without the places that were overwritten unless updates were added. */
export const scatterND: Vjp = {
  op: 'ScatterND',
  cotangents({ g, node, x: [x, indices, updates], ȳ }) {
    const reduction = node.string('reduction', 'none');
    if (reduction !== 'none' && reduction !== 'add') return refuse(node, `its reduction is "${reduction}"`);
    const kept = () => g.op('ScatterND', [g.fill(g.shape(x), 1), indices, g.fill(g.shape(updates), 0)]);
    const index = () => g.expand(indices, g.concat([g.shapePart(ȳ, 0, 1), g.shape(indices)], 0));
    return [
      () => (reduction === 'add' ? ȳ : g.mul(ȳ, kept())),
      null,
      () => g.op('GatherND', [ȳ, index()], { batch_dims: 1 }),
    ];
  },
};
