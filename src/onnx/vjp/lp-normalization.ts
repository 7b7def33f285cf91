import type { Vjp } from './rule';
import { axisFromEnd } from './rule';
import { tiny } from './elementwise';

/** LpNormalization, y = x/‖x‖: x̄ = (ȳ − s ⊙ Σ ȳ ⊙ y)/‖x‖ with s = ∂‖x‖/∂x, y for p = 2 and sign x for p = 1; 0 where ‖x‖ is 0. */
export const lpNormalization: Vjp = {
  op: 'LpNormalization',
  cotangents({ g, node, x: [x], y, ȳ }) {
    const axes = [axisFromEnd(node, x, node.int('axis', -1))];
    const first = node.int('p', 2) === 1;
    const norm = g.reduce(first ? 'ReduceL1' : 'ReduceL2', x, axes, { keepdims: true });
    const inverse = g.div(g.op('Sign', [norm]), g.op('Max', [norm, g.scalar(tiny)]));
    const along = g.reduceSum(g.mul(ȳ, y), axes, { keepdims: true });
    return [() => g.mul(g.sub(ȳ, g.mul(first ? g.op('Sign', [x]) : y, along)), inverse)];
  },
};
