import type { Lowering } from './rule';
import { input } from './rule';

/** y = x + b + skip. */
export const biasAdd: Lowering = {
  op: 'com.microsoft:BiasAdd',
  lower: (c) => [c.g.add(c.g.add(input(c, 0), input(c, 1)), input(c, 2))],
};

/** (l, r) = x + b, halved; y = l ⊙ gelu(r). */
export const biasSplitGelu: Lowering = {
  op: 'com.microsoft:BiasSplitGelu',
  lower(c) {
    const { g } = c;
    const [l, r] = g.ops('Split', [g.add(input(c, 0), input(c, 1))], 2, { axis: -1, num_outputs: 2 });
    return [g.mul(l, g.op('Gelu', [r], {}, 'com.microsoft'))];
  },
};
