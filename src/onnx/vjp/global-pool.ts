import type { Vjp } from './rule';
import { rankOf } from './rule';
import { indicator } from './elementwise';
import { shapeWithLeading } from './leading';
import { product, sizesOf } from './size';
import { innerPower, overPower } from './lp-pool';

/** GlobalAveragePool, y = Σ x / n: x̄ = ȳ / n everywhere. */
export const globalAveragePool: Vjp = {
  op: 'GlobalAveragePool',
  cotangents({ g, node, x: [x], ȳ }) {
    const n = product(g, sizesOf(g, x, 2, rankOf(node, x)));
    const mean = () => (typeof n.dim === 'number' ? g.scale(ȳ, 1 / n.dim) : g.div(ȳ, g.cast(n.value(), 'float32')));
    return [() => g.expand(mean(), shapeWithLeading(g, ȳ, x))];
  },
};

/** GlobalMaxPool: x̄ = ȳ ⊙ [x = y] / Σ [x = y]. Those that tie share equally. */
export const globalMaxPool: Vjp = {
  op: 'GlobalMaxPool',
  cotangents({ g, node, x: [x], y, ȳ }) {
    const space = Array.from({ length: rankOf(node, x) - 2 }, (_, i) => 2 + i);
    return [
      () => {
        const chosen = indicator(g, g.equal(x, y));
        return g.mul(ȳ, g.div(chosen, g.reduceSum(chosen, space, { keepdims: true })));
      },
    ];
  },
};

/** GlobalLpPool, y = (Σ |x|ᵖ)^(1/p): x̄ = ȳ / yᵖ⁻¹ ⊙ sign(x) |x|ᵖ⁻¹. */
export const globalLpPool: Vjp = {
  op: 'GlobalLpPool',
  cotangents({ g, node, x: [x], y, ȳ }) {
    const p = node.int('p', 2);
    return [() => g.mul(overPower(g, ȳ, y, p), innerPower(g, x, p))];
  },
};
