import type { Vjp } from './rule';
import { axisFromEnd, refuse } from './rule';
import { lastAxes } from './standardize';
import { unbroadcast } from './unbroadcast';

/** RMSNormalization, y = γ ⊙ x̂ with x̂ = x r and r = 1/√(mean x² + ε): x̄ = z − x̂ ⊙ mean(z ⊙ x̂) with z = ȳ ⊙ (γ ⊙ r); γ̄ = ȳ ⊙ x̂, summed. */
const rms = (op: string): Vjp => ({
  op,
  cotangents({ g, node, x: [x, γ], ȳ, cotangent }) {
    if (cotangent(1)) refuse(node, 'its InvStdDev output is used further on');
    const axis = axisFromEnd(node, x, node.int('axis', -1));
    const axes = lastAxes(axis);
    const meanSquare = g.reduceMean(g.square(x), axes, { keepdims: true });
    const r = g.op('Reciprocal', [g.sqrt(g.shift(meanSquare, node.float('epsilon', 1e-5)))]);
    const x̂ = g.mul(x, r);
    return [
      () => {
        const z = g.mul(ȳ, g.mul(r, γ));
        return g.sub(z, g.mul(x̂, g.reduceMean(g.mul(z, x̂), axes, { keepdims: true })));
      },
      () => unbroadcast(g, g.mul(ȳ, x̂), γ),
    ];
  },
});

export const rmsNormalization = rms('RMSNormalization');
export const simplifiedLayerNormalization = rms('SimplifiedLayerNormalization');
export const simplifiedLayerNormalizationContrib = rms('com.microsoft:SimplifiedLayerNormalization');
