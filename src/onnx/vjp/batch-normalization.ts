import type { Vjp } from './rule';
import { rankOf, refuse } from './rule';
import { perChannel } from './standardize';

/** BatchNormalization at inference, y = γ (x − μ)/√(σ² + ε) + β: x̄ = ȳ ⊙ γ/√(σ² + ε), a constant per channel. */
export const batchNormalization: Vjp = {
  op: 'BatchNormalization',
  cotangents({ g, node, x: [x, γ, , , variance], ȳ }) {
    if (node.int('training_mode', 0) === 1) refuse(node, 'it is in training mode and normalises over the batch');
    const constant = () => refuse(node, 'its scale, bias, mean or variance is not constant');
    return [
      () => {
        const slope = g.div(γ, g.sqrt(g.shift(variance, node.float('epsilon', 1e-5))));
        return g.mul(ȳ, perChannel(g, slope, rankOf(node, x)));
      },
      constant,
      constant,
      constant,
      constant,
    ];
  },
};
