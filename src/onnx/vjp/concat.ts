import type { Vjp } from './rule';
import { axisFromEnd } from './rule';
import { plus, sizeOf, sum } from './size';

/** Concat: x̄_i is the part of ȳ where x_i stands. */
export const concat: Vjp = {
  op: 'Concat',
  cotangents({ g, node, x, y, ȳ }) {
    const axis = axisFromEnd(node, y.rank === undefined ? x[0] : y, node.int('axis', 0));
    if (x.length === 1) return [() => ȳ];
    return x.map((part, i) => () => {
      const n = sizeOf(g, part, axis);
      const from = sum(
        g,
        x.slice(0, i).map((before) => sizeOf(g, before, axis)),
      );
      return g.slice(ȳ, axis, from.value(), plus(g, from, n).value());
    });
  },
};
