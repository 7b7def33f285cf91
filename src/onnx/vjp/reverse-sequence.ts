import type { Vjp } from './rule';
import { rankOf } from './rule';

/** ReverseSequence is its own inverse: x̄ = reversed ȳ. K goes last, because the operator wants time and batch first. */
export const reverseSequence: Vjp = {
  op: 'ReverseSequence',
  cotangents({ g, node, x: [x, lengths], ȳ }) {
    const axes = Array.from({ length: rankOf(node, x) }, (_, i) => i);
    const reversed = () =>
      g.op('ReverseSequence', [g.transpose(ȳ, [...axes.map((a) => a + 1), 0]), lengths], node.attributes);
    return [() => g.transpose(reversed(), [axes.length, ...axes])];
  },
};
