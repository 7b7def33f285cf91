import type { Vjp } from './rule';
import { axisFromEnd, rankOf } from './rule';

/** CumSum: x̄ is ȳ summed up from the other end. */
export const cumSum: Vjp = {
  op: 'CumSum',
  cotangents({ g, node, x: [x, axis], ȳ }) {
    return [
      () => {
        const known = axis.numbers?.[0];
        const rank = rankOf(node, x);
        // (axis mod rank) − rank counts from the end, whichever way the file counts.
        const fromEnd =
          known !== undefined
            ? g.scalar(axisFromEnd(node, x, known), 'int64')
            : g.sub(g.op('Mod', [axis, g.scalar(rank, axis)]), g.scalar(rank, axis));
        return g.op('CumSum', [ȳ, fromEnd], {
          exclusive: node.int('exclusive', 0),
          reverse: 1 - node.int('reverse', 0),
        });
      },
    ];
  },
};
