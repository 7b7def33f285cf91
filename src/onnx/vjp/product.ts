import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';

/** A product of matrices that lie in the last two axes of both operands. */
export const isProduct = (node: Node): boolean =>
  node.type === 'MatMul' ||
  (node.type === 'com.microsoft:FusedMatMul' && node.int('transBatchA', 0) === 0 && node.int('transBatchB', 0) === 0);

/** The product (A B)ᵀ = Bᵀ Aᵀ in place of the one that made `y`; undefined where it was no product of stacks of matrices. */
export function transposedProduct(g: Builder, y: Value): Value | undefined {
  const node = y.producer;
  if (!node || !isProduct(node)) return undefined;
  const [a, b] = node.inputs as Value[];
  // A weight on the right is read where it lies; on the left it would be one product for each entry of the batch.
  if ((a.rank ?? 0) < 3 || (b.rank ?? 0) < 3) return undefined;
  return g.matmul(b, a, {
    transA: node.int('transB', 0) === 0,
    transB: node.int('transA', 0) === 0,
    alpha: node.float('alpha', 1),
  });
}
