import { indicator } from './elementwise';
import type { Vjp } from './rule';

/** Clip: x̄ = ȳ where y = x (bounds included, as in PyTorch); the bounds get ȳ where they hold. */
export const clip: Vjp = {
  op: 'Clip',
  broadcasts: true,
  cotangents: ({ g, x: [x, min, max], y, ȳ }) => [
    () => g.mul(ȳ, indicator(g, g.equal(x, y))),
    () => g.mul(ȳ, indicator(g, g.less(x, min))),
    () => g.mul(ȳ, indicator(g, g.greater(x, max))),
  ],
};
