import type { Vjp } from './rule';
import { refuse } from './rule';

/** MaxUnpool, y_{index_i} = x_i: x̄_i = ȳ_{index_i}, over flat positions. */
export const maxUnpool: Vjp = {
  op: 'MaxUnpool',
  cotangents({ g, node, x: [x, index, shape], ȳ }) {
    if (shape) return refuse(node, 'it asks for an output of another shape than its windows give');
    const flat = g.reshape(ȳ, [0, -1]);
    const places = g.expand(g.reshape(index, [1, -1]), g.concat([g.shapePart(ȳ, 0, 1), g.ints([1])], 0));
    return [() => g.reshapeBehindLeading(g.op('GatherElements', [flat, places], { axis: 1 }), x)];
  },
};
