import type { Vjp } from './rule';
import { rankOf } from './rule';
import { transposedProduct } from './product';

/**
 * Transpose: x̄ = ȳ with the permutation undone. Where that would move single numbers, since the last axis is no longer the last one, and ȳ is
 * a product, the product is transposed instead: rows stay whole (measured: half the time).
 */
export const transpose: Vjp = {
  op: 'Transpose',
  cotangents({ g, node, x: [x], ȳ }) {
    const perm =
      node.ints('perm') ?? Array.from({ length: rankOf(node, x) }, (_, i, rank = rankOf(node, x)) => rank - 1 - i);
    const back = [0, ...perm.map((_, i) => 1 + perm.indexOf(i))];
    const last = perm.length;
    const exchanged = new Map([
      [last, last - 1],
      [last - 1, last],
    ]);
    return [
      () => {
        const other = back[last] === last - 1 && ȳ.consumers.size === 0 ? transposedProduct(g, ȳ) : undefined;
        return other
          ? g.transpose(
              other,
              back.map((from) => exchanged.get(from) ?? from),
            )
          : g.transpose(ȳ, back);
      },
    ];
  },
};
