import type { Vjp } from './rule';
import { rankOf, refuse } from './rule';
import { perChannel, standardize, throughStandardized } from './standardize';

/** GroupNormalization, y = γ ⊙ x̂ + β: as LayerNormalization over [N, groups, rest]. γ is per channel, before opset 21 per group. */
export const groupNormalization: Vjp = {
  op: 'GroupNormalization',
  cotangents({ g, node, x: [x, γ], ȳ }) {
    const groups = node.int('num_groups', 1);
    const constant = () => refuse(node, 'its scale or bias is not constant');
    return [
      () => {
        const { x̂, r } = standardize(g, g.reshape(x, [0, groups, -1]), [-1], node.float('epsilon', 1e-5));
        const wide = g.graph.opset >= 21;
        const x̂̄ = wide ? g.mul(ȳ, perChannel(g, γ, rankOf(node, x))) : ȳ;
        const z = g.mul(g.reshape(x̂̄, [0, 0, groups, -1]), wide ? r : g.mul(r, g.unsqueeze(γ, [1])));
        return g.reshapeBehindLeading(throughStandardized(g, z, x̂, [-1]), x);
      },
      constant,
      constant,
    ];
  },
};
