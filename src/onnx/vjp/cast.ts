import { isFloat } from '../graph/tensor';
import { standsForReals } from './quantised';
import type { Vjp } from './rule';

/** Cast: x̄ = ȳ between floats and out of quantised integers; 0 where numbers are rounded, and where ids, sizes or masks become floats. */
export const cast: Vjp = {
  op: 'Cast',
  cotangents({ x: [x], y, ȳ }) {
    const real = (v: typeof x) => v.dtype === undefined || isFloat(v.dtype);
    return [standsForReals(x) || (real(x) && real(y)) ? () => ȳ : null];
  },
};
