import type { Value } from '../graph/graph';
import type { Vjp } from './rule';
import { axisFromEnd } from './rule';

/**
 * Softmax: x̄ = y ⊙ (ȳ − Σ_axis ȳ ⊙ y). Saves y alone. A row that is masked throughout is NaN; where the file replaces it, the replaced
 * y is taken, so that such a row has no gradient instead of spreading NaN over the whole model.
 */
export const softmax: Vjp = {
  op: 'Softmax',
  cotangents({ g, node, y, ȳ }) {
    const axis = axisFromEnd(node, y, node.int('axis', -1));
    const p = withoutNaN(y) ?? y;
    return [() => g.mul(p, g.sub(ȳ, g.reduceSum(g.mul(ȳ, p), [axis], { keepdims: true })))];
  },
};

/** Where(IsNaN(y), 0, y), if the forward graph has it. */
function withoutNaN(y: Value): Value | undefined {
  for (const { type, inputs, outputs } of y.consumers)
    if (
      type === 'Where' &&
      inputs[2] === y &&
      inputs[0]?.producer?.type === 'IsNaN' &&
      inputs[0].producer.inputs[0] === y
    )
      return outputs[0];
  return undefined;
}
