import type { Vjp } from './rule';
import { axisFromEnd, refuse } from './rule';
import { lastAxes, standardizeLast, throughStandardized } from './standardize';
import { unbroadcast } from './unbroadcast';

/**
 * LayerNormalization, y = γ ⊙ x̂ + β: x̄ = z − mean z − x̂ ⊙ mean(z ⊙ x̂) with z = ȳ ⊙ (γ ⊙ r); γ̄ = ȳ ⊙ x̂, β̄ = ȳ, summed.
 * x̂ and r = 1/√(σ² + ε) are had from one more pass of the same kernel: as fast as Mean and InvStdDev of the node itself with a
 * subtraction and a product (measured), and the forward node stays free for the runtime's fusions.
 */
export const layerNormalization: Vjp = {
  op: 'LayerNormalization',
  cotangents({ g, node, x: [x, γ, β], ȳ, cotangent }) {
    if (cotangent(1) || cotangent(2)) refuse(node, 'its Mean or InvStdDev output is used further on');
    const axis = axisFromEnd(node, x, node.int('axis', -1));
    const standard = () => standardizeLast(g, x, γ, axis, node.float('epsilon', 1e-5));
    return [
      () => {
        const { x̂, r } = standard();
        return throughStandardized(g, g.mul(ȳ, g.mul(r, γ)), x̂, lastAxes(axis));
      },
      () => unbroadcast(g, g.mul(ȳ, standard().x̂), γ),
      () => unbroadcast(g, ȳ, β),
    ];
  },
};
