import { integersOf } from '../shapes/known';
import type { Vjp } from './rule';

/** Squeeze: x̄ = ȳ with the axes put back. */
export const squeeze: Vjp = {
  op: 'Squeeze',
  cotangents({ g, x: [x, axes], ȳ }) {
    const list = integersOf(axes);
    const rank = x.rank;
    if (!list || rank === undefined) return [() => g.reshapeBehindLeading(ȳ, x)];
    const fromEnd = list.map((a) => (a < 0 ? a : a - rank));
    return [() => g.unsqueeze(ȳ, fromEnd)];
  },
};
