import { madeBy, withConstant } from './match';
import type { Raise } from './rule';

/** x · σ(αx): CLIP's activation (α = 1.702). */
export const quickGelu: Raise = {
  last: ['Mul'],
  raise(g, last) {
    for (const [x, gate] of [last.inputs, [...last.inputs].reverse()]) {
      const argument = withConstant(madeBy(madeBy(gate, 'Sigmoid')?.inputs[0], 'Mul'));
      if (x && argument?.x === x) return g.op('QuickGelu', [x], { alpha: { float: argument.c } }, 'com.microsoft');
    }
    return undefined;
  },
};
