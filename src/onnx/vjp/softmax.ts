import type { Vjp } from './rule';
import { axisFromEnd } from './rule';

/** Softmax: x̄ = y ⊙ (ȳ − Σ_axis ȳ ⊙ y). Saves y alone. */
export const softmax: Vjp = {
  op: 'Softmax',
  cotangents({ g, node, y, ȳ }) {
    const axis = axisFromEnd(node, y, node.int('axis', -1));
    return [() => g.mul(y, g.sub(ȳ, g.reduceSum(g.mul(ȳ, y), [axis], { keepdims: true })))];
  },
};
