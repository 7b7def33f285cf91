import type { Vjp } from './rule';
import { indicator } from './elementwise';

/** Max and Min of many: x̄ᵢ = ȳ ⊙ [xᵢ = y] / Σⱼ [xⱼ = y]. Those that tie share equally. */
const extremum = (op: 'Max' | 'Min'): Vjp => ({
  op,
  broadcasts: true,
  cotangents({ g, x: xs, y, ȳ }) {
    if (xs.length === 1) return [() => ȳ];
    const chosen = xs.map((x) => indicator(g, g.equal(x, y)));
    const count = chosen.reduce((a, b) => g.add(a, b));
    return chosen.map((c) => () => g.mul(ȳ, g.div(c, count)));
  },
});

export const max = extremum('Max');
export const min = extremum('Min');
