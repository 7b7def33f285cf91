import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { convInput } from './conv';
import { dequantised } from './quantised';
import type { Vjp } from './rule';
import { refuse } from './rule';

/** ConvInteger, y = (x − x₀) ∗ W with W = w − w₀: x̄ = ȳ ∗ᵀ W. */
export const convInteger: Vjp = {
  op: 'ConvInteger',
  cotangents: (c) => {
    const [, w, , w0] = c.x;
    return [
      () => convInput(c, c.ȳ, dequantised(c.g, w, w0 && perOutput(c.g, w0, w))),
      () => refuse(c.node, 'its weights depend on the input'),
    ];
  },
};

/** QLinearConv, y = ((x − x₀) s_x ∗ W) / s_y with W = (w − w₀) s_w: x̄ = s_x/s_y ⊙ (ȳ ∗ᵀ W). */
export const qLinearConv: Vjp = {
  op: 'QLinearConv',
  cotangents: (c) => {
    const { g } = c;
    const [, xScale, , w, wScale, w0, yScale] = c.x;
    const W = () => dequantised(g, w, perOutput(g, w0, w), perOutput(g, wScale, w));
    return [() => g.mul(convInput(c, c.ȳ, W()), g.div(xScale, yScale))];
  },
};

/** One number, or one for each of the M output channels: [M] → [M, 1, …]. */
function perOutput(g: Builder, v: Value, w: Value): Value {
  if (v.rank !== 1 || v.shape?.[0] === 1) return v;
  return g.unsqueeze(
    v,
    Array.from({ length: (w.rank ?? 1) - 1 }, (_, i) => i + 1),
  );
}
