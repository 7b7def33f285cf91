import type { Vjp } from './rule';
import { axisFromEnd } from './rule';

/** LogSoftmax: x̄ = ȳ − e^y ⊙ Σ_axis ȳ. */
export const logSoftmax: Vjp = {
  op: 'LogSoftmax',
  cotangents({ g, node, y, ȳ }) {
    const axis = axisFromEnd(node, y, node.int('axis', -1));
    return [() => g.sub(ȳ, g.mul(g.exp(y), g.reduceSum(ȳ, [axis], { keepdims: true })))];
  },
};
