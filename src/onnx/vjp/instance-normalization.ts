import type { Vjp } from './rule';
import { rankOf } from './rule';
import { perChannel, standardize, throughStandardized } from './standardize';
import { unbroadcast } from './unbroadcast';

/** InstanceNormalization, y = γ ⊙ x̂ + β over each channel's positions: as LayerNormalization, γ and β per channel. */
export const instanceNormalization: Vjp = {
  op: 'InstanceNormalization',
  cotangents({ g, node, x: [x, scale, bias], ȳ }) {
    const rank = rankOf(node, x);
    const axes = Array.from({ length: rank - 2 }, (_, i) => i + 2 - rank);
    const { x̂, r } = standardize(g, x, axes, node.float('epsilon', 1e-5));
    const γ = perChannel(g, scale, rank);
    const β = perChannel(g, bias, rank);
    return [
      () => throughStandardized(g, g.mul(ȳ, g.mul(r, γ)), x̂, axes),
      () => g.reshapeBehindLeading(unbroadcast(g, g.mul(ȳ, x̂), γ), scale),
      () => g.reshapeBehindLeading(unbroadcast(g, ȳ, β), bias),
    ];
  },
};
