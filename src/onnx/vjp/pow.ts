import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { isFloat } from '../graph/tensor';
import { tiny } from './elementwise';
import type { Vjp } from './rule';

/** y = xᵖ: x̄ = ȳ ⊙ p x^(p−1), p̄ = ȳ ⊙ y ln x (0 where x = 0). */
export const pow: Vjp = {
  op: 'Pow',
  broadcasts: true,
  cotangents({ g, x: [x, p], y, ȳ }) {
    const zero = g.scalar(0);
    return [
      () => g.mul(ȳ, slope(g, x, p, y)),
      isFloat(p.dtype ?? 'float32') ? () => g.mul(ȳ, g.where(g.equal(x, zero), zero, g.mul(y, g.log(x)))) : null,
    ];
  },
};

/** p x^(p−1): usual exponents without a power, and nothing infinite at 0 where the true limit is finite. */
function slope(g: Builder, x: Value, p: Value, y: Value): Value {
  const exponents = new Set(p.tensor?.dims.length === 0 || p.shape?.every((d) => d === 1) ? p.numbers : []);
  const e = exponents.size === 1 ? [...exponents][0] : undefined;
  if (e === undefined) {
    const q = g.cast(p, 'float32');
    const power = g.mul(q, g.pow(x, g.shift(q, -1)));
    return g.where(g.equal(q, g.scalar(0)), g.scalar(0), power);
  }
  if (e === 0) return g.scalar(0);
  if (e === 1) return g.scalar(1);
  if (e === 2) return g.scale(x, 2);
  if (e === 3) return g.scale(g.square(x), 3);
  // As for Sqrt: ½ y/x, 0 at 0.
  if (e === 0.5) return g.scale(g.div(y, g.op('Max', [x, g.scalar(tiny)])), 0.5);
  if (e === -0.5) return g.scale(g.mul(y, g.square(y)), -0.5);
  if (e === -1) return g.neg(g.square(y));
  return g.scale(g.pow(x, g.scalar(e - 1)), e);
}
