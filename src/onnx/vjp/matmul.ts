import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';
import type { Vjp } from './rule';
import { outerTimesWeight } from './outer-products';
import { rankOf } from './rule';

export interface Product {
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly alpha?: number;
}

/**
 * y = α A B, where A = a or aᵀ and B = b or bᵀ: Ā = α ȳ Bᵀ, B̄ = α Aᵀ ȳ. Transpositions ride in the product, so that a weight is
 * read where it lies; the leading axis K is one more axis of the batch, and with a 2-D weight it is more rows of one product.
 * Cotangents come with the batch of ȳ: the caller sums what was broadcast.
 */
export function factorCotangents(
  g: Builder,
  a: Value,
  b: Value,
  ȳ: Value,
  { transA = false, transB = false, alpha }: Product = {},
): readonly [() => Value, () => Value] {
  return [
    () =>
      transA ? g.matmul(b, ȳ, { transA: transB, transB: true, alpha }) : g.matmul(ȳ, b, { transB: !transB, alpha }),
    () =>
      transB ? g.matmul(ȳ, a, { transA: true, transB: transA, alpha }) : g.matmul(a, ȳ, { transA: !transA, alpha }),
  ];
}

/** The same for operands as numpy.matmul takes them: a 1-D operand is one row on the left and one column on the right. */
export function matmulCotangents(
  g: Builder,
  node: Node,
  [a, b]: readonly Value[],
  ȳ: Value,
  o: Product = {},
): readonly [() => Value, () => Value] {
  const row = rankOf(node, a) === 1;
  const column = rankOf(node, b) === 1;
  const ofRow = row ? g.unsqueeze(ȳ, column ? [-1] : [-2]) : ȳ;
  const of = column ? g.unsqueeze(ofRow, [-1]) : ofRow;
  const [ā, b̄] = factorCotangents(g, row ? g.unsqueeze(a, [0]) : a, column ? g.unsqueeze(b, [1]) : b, of, {
    ...o,
    // ONNX Runtime transposes no matrix on the left of a column.
    transA: o.transA && !row && !column,
    transB: o.transB && !column,
  });
  return [row ? () => g.squeeze(ā(), [-2]) : ā, column ? () => g.squeeze(b̄(), [-1]) : b̄];
}

/** MatMul: ā = ȳ bᵀ, b̄ = aᵀ ȳ. */
export const matMul: Vjp = {
  op: 'MatMul',
  broadcasts: true,
  cotangents({ g, node, x, ȳ }) {
    const [ā, b̄] = matmulCotangents(g, node, x, ȳ);
    return [() => outerTimesWeight(g, ȳ, x[1]) ?? ā(), b̄];
  },
};
