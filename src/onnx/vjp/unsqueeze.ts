import { integersOf } from '../shapes/known';
import type { Vjp } from './rule';

/** Unsqueeze: x̄ = ȳ without the new axes. */
export const unsqueeze: Vjp = {
  op: 'Unsqueeze',
  cotangents({ g, x: [x, axes], y, ȳ }) {
    const list = integersOf(axes);
    const rank = y.rank;
    if (!list || rank === undefined) return [() => g.reshapeBehindLeading(ȳ, x)];
    const fromEnd = list.map((a) => (a < 0 ? a : a - rank));
    return [() => g.squeeze(ȳ, fromEnd)];
  },
};
