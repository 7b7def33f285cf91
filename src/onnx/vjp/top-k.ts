import { zerosWithLeading } from './leading';
import type { Vjp } from './rule';
import { axisFromEnd } from './rule';

/** TopK: x̄ is ȳ of the values, at the places where they stood. */
export const topK: Vjp = {
  op: 'TopK',
  outputs: [0],
  cotangents({ g, node, x: [x, k], cotangent }) {
    const ȳ = cotangent(0);
    if (!ȳ) return [];
    const axis = axisFromEnd(node, x, node.int('axis', -1));
    const indices = () => node.outputs[1] ?? g.ops('TopK', [x, k], 2, node.attributes)[1];
    return [() => g.op('ScatterElements', [zerosWithLeading(g, ȳ, x), g.expand(indices(), g.shape(ȳ)), ȳ], { axis })];
  },
};
