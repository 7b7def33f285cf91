import type { Vjp } from './rule';
import { rankOf } from './rule';

/** Transpose: x̄ = ȳ with the permutation undone. */
export const transpose: Vjp = {
  op: 'Transpose',
  cotangents({ g, node, x: [x], ȳ }) {
    const perm =
      node.ints('perm') ?? Array.from({ length: rankOf(node, x) }, (_, i, rank = rankOf(node, x)) => rank - 1 - i);
    return [() => g.transpose(ȳ, [0, ...perm.map((_, i) => 1 + perm.indexOf(i))])];
  },
};
