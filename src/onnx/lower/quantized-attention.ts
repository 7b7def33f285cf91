import { selfAttention } from './attention';
import type { Lowering } from './rule';
import { input } from './rule';

/** com.microsoft QAttention: Attention on dequantised numbers, which is what its integers stand for. */
export const quantizedAttention: Lowering = {
  op: 'com.microsoft:QAttention',
  lower(c) {
    const { g, x } = c;
    const hidden = g.op('DequantizeLinear', [input(c, 0), input(c, 3), x[6]]);
    const weights = g.op('DequantizeLinear', [input(c, 1), input(c, 4), x[7]], { axis: 1 });
    return selfAttention(c, {
      projected: g.add(g.matmul(hidden, weights), input(c, 2)),
      mask: x[5],
      past: x[8],
    });
  },
};
