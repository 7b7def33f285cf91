import { zerosWithLeading } from './leading';
import type { Vjp } from './rule';
import { axisFromEnd } from './rule';

/** GatherElements, y_i = x_{index_i} along an axis: x̄_j = Σ_{i: index_i = j} ȳ_i. */
export const gatherElements: Vjp = {
  op: 'GatherElements',
  cotangents({ g, node, x: [x, indices], ȳ }) {
    const axis = axisFromEnd(node, x, node.int('axis', 0));
    const index = () => g.expand(indices, g.shape(ȳ));
    return [() => g.op('ScatterElements', [zerosWithLeading(g, ȳ, x), index(), ȳ], { axis, reduction: 'add' })];
  },
};
