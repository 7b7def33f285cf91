import { factorCotangents } from './matmul';
import type { Vjp } from './rule';
import { unbroadcast } from './unbroadcast';

/** Gemm, y = α A B + β c: Ā = α ȳ Bᵀ, B̄ = α Aᵀ ȳ, c̄ = β ȳ summed to c's shape. */
export const gemm: Vjp = {
  op: 'Gemm',
  cotangents({ g, node, x: [a, b, c], ȳ }) {
    const product = {
      transA: node.int('transA', 0) === 1,
      transB: node.int('transB', 0) === 1,
      alpha: node.float('alpha', 1),
    };
    return [...factorCotangents(g, a, b, ȳ, product), () => unbroadcast(g, g.scale(ȳ, node.float('beta', 1)), c)];
  },
};
