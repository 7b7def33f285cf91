import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { unfoldLeading } from './leading';
import type { Vjp } from './rule';
import { knownWindow, spreadSums } from './spread-windows';

/** LpPool, y = (Σ_window |x|ᵖ)^(1/p): x̄ = sign(x) |x|ᵖ⁻¹ ⊙ (ȳ / yᵖ⁻¹ spread over the windows). */
export const lpPool: Vjp = {
  op: 'LpPool',
  cotangents({ g, node, x: [x], y, ȳ }) {
    const p = node.int('p', 2);
    return [
      () => {
        const spread = spreadSums(g, overPower(g, ȳ, y, p), knownWindow(node, x), x, y);
        return g.mul(unfoldLeading(g, spread, ȳ, x), innerPower(g, x, p));
      },
    ];
  },
};

/** ȳ / yᵖ⁻¹; zero where y is, as all of x is there. */
export function overPower(g: Builder, ȳ: Value, y: Value, p: number): Value {
  if (p === 1) return ȳ;
  const nonZero = g.where(g.equal(y, g.scalar(0)), g.scalar(Infinity), y);
  return g.div(ȳ, p === 2 ? nonZero : g.pow(nonZero, g.scalar(p - 1)));
}

/** sign(x) |x|ᵖ⁻¹ */
export function innerPower(g: Builder, x: Value, p: number): Value {
  if (p === 2) return x;
  const sign = g.op('Sign', [x]);
  return p === 1 ? sign : g.mul(sign, g.pow(g.op('Abs', [x]), g.scalar(p - 1)));
}
