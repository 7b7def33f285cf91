import type { Vjp } from './rule';
import { axisFromEnd } from './rule';
import { standardize, throughStandardized } from './standardize';

/** MeanVarianceNormalization, y = x̂: as LayerNormalization without scale and bias, over any axes. */
export const meanVarianceNormalization: Vjp = {
  op: 'MeanVarianceNormalization',
  cotangents({ g, node, x: [x], ȳ }) {
    const axes = (node.ints('axes') ?? [0, 2, 3]).map((axis) => axisFromEnd(node, x, axis));
    const { x̂, r } = standardize(g, x, axes, 1e-18);
    return [() => throughStandardized(g, g.mul(ȳ, r), x̂, axes)];
  },
};
