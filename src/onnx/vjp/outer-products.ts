import type { Builder } from '../graph/builder';
import { isStatic } from '../graph/dims';
import type { Value } from '../graph/graph';
import { isProduct } from './product';

/**
 * ȳ Wᵀ, where ȳ [K, …, rows, heads·size] is merged from one outer product u_h v_hᵀ for each head: Σ_h u_h (W_h v_h)ᵀ, W_h being the columns of
 * head h. Such are the cotangents of keys and values of which a single query is read. Exact, and heads·(rows + size)·n products of numbers
 * instead of rows·heads·size·n.
 * @param w constant [n, heads·size]
 * @returns [K, …, rows, n]; undefined where ȳ is not made so
 */
export function outerTimesWeight(g: Builder, ȳ: Value, w: Value): Value | undefined {
  const outer = w.tensor && w.shape?.length === 2 && isStatic(w.shape) && mergedOuter(ȳ);
  if (!outer) return undefined;
  const { u, v, alpha, heads } = outer;
  const ofHeads = g.transpose(g.reshape(w, [0, heads, -1]), [1, 0, 2]);
  const projected = g.matmul(v.value, ofHeads, { transA: v.column, transB: true, alpha });
  return g.matmul(g.squeeze(u.value, [u.column ? -1 : -2]), g.squeeze(projected, [-2]), { transA: true });
}

/** A vector of each head: [K, …, heads, rows, 1], or [K, …, heads, 1, rows] where it is no column. K may be missing in one of two. */
interface Vector {
  readonly value: Value;
  readonly column: boolean;
}

function mergedOuter(
  ȳ: Value,
): { readonly u: Vector; readonly v: Vector; readonly alpha: number; readonly heads: number } | undefined {
  const merging = ȳ.producer;
  const moved = merging?.type === 'Reshape' ? merging.inputs[0] : undefined;
  const moving = moved?.producer;
  const product = moving?.type === 'Transpose' ? moving.inputs[0]?.producer : undefined;
  const [heads, size] = moved?.shape?.slice(-2) ?? [];
  if (!moving || !product || !isProduct(product) || typeof heads !== 'number' || typeof size !== 'number')
    return undefined;
  const rank = moved?.rank ?? 0;
  const perm = moving.ints('perm') ?? [];
  // [K, …, heads, rows, size] → [K, …, rows, heads, size] → [K, …, rows, heads·size]
  const merges = perm.length === rank && ȳ.rank === rank - 1 && ȳ.shape?.[rank - 2] === heads * size;
  if (!merges || !perm.every((p, i) => p === (i === rank - 3 ? rank - 2 : i === rank - 2 ? rank - 3 : i)))
    return undefined;
  const [a, b] = product.inputs as Value[];
  const transA = product.int('transA', 0) === 1;
  if (a.shape?.[a.shape.length - (transA ? 2 : 1)] !== 1 || (a.rank ?? 0) < 3 || (b.rank ?? 0) < 3) return undefined;
  return {
    u: { value: a, column: !transA },
    v: { value: b, column: product.int('transB', 0) === 1 },
    alpha: product.float('alpha', 1),
    heads,
  };
}
