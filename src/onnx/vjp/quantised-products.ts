import type { Vjp } from './rule';
import { refuse } from './rule';
import { factorCotangents, matmulCotangents } from './matmul';
import { dequantised, perRow } from './quantised';

/** MatMulInteger, y = A B with A = a − a₀ and B = b − b₀: ā = ȳ Bᵀ, b̄ = Aᵀ ȳ. */
export const matMulInteger: Vjp = {
  op: 'MatMulInteger',
  broadcasts: true,
  cotangents: ({ g, node, x: [a, b, a0, b0], ȳ }) => [
    () => matmulCotangents(g, node, [a, dequantised(g, b, b0)], ȳ)[0](),
    () => matmulCotangents(g, node, [dequantised(g, a, a0), b], ȳ)[1](),
  ],
};

/** MatMulIntegerToFloat, y = A B + c with A = (a − a₀) s_a and B = (b − b₀) s_b: ā = s_a ⊙ (ȳ Bᵀ), b̄ = s_b ⊙ (Aᵀ ȳ), c̄ = ȳ. */
export const matMulIntegerToFloat: Vjp = {
  op: 'com.microsoft:MatMulIntegerToFloat',
  broadcasts: true,
  cotangents: ({ g, node, x: [a, b, aScale, bScale, a0, b0], ȳ }) => [
    () => g.mul(matmulCotangents(g, node, [a, dequantised(g, b, b0, bScale)], ȳ)[0](), aScale),
    () => g.mul(matmulCotangents(g, node, [dequantised(g, a, a0, aScale), b], ȳ)[1](), bScale),
    null,
    null,
    null,
    null,
    () => ȳ,
  ],
};

/** DynamicQuantizeMatMul, y = a B + c with B = (b − b₀) s: ā = ȳ Bᵀ, c̄ = ȳ. */
export const dynamicQuantizeMatMul: Vjp = {
  op: 'com.microsoft:DynamicQuantizeMatMul',
  broadcasts: true,
  cotangents: ({ g, node, x: [a, b, scale, b0], ȳ }) => [
    () => matmulCotangents(g, node, [a, dequantised(g, b, b0, scale)], ȳ)[0](),
    () => refuse(node, 'its right operand is not constant'),
    null,
    null,
    () => ȳ,
  ],
};

/** QLinearMatMul, y = A B / s_y with A = (a − a₀) s_a and B = (b − b₀) s_b: ā = s_a/s_y ⊙ (ȳ Bᵀ), b̄ = s_b/s_y ⊙ (Aᵀ ȳ). */
export const qLinearMatMul: Vjp = {
  op: 'QLinearMatMul',
  broadcasts: true,
  cotangents({ g, node, x: [a, aScale, a0, b, bScale, b0, yScale], ȳ }) {
    const z̄ = g.div(ȳ, yScale);
    return [
      () => g.mul(matmulCotangents(g, node, [a, dequantised(g, b, b0, bScale)], z̄)[0](), aScale),
      null,
      null,
      () => g.mul(matmulCotangents(g, node, [dequantised(g, a, a0, aScale), b], z̄)[1](), bScale),
    ];
  },
};

/** QGemm, y = (α A B + c) / s_y, s_y = 1 if left out, A = (a − a₀) s_a or its transpose, B likewise: as Gemm, ā = s_a/s_y ⊙ Ā. */
export const qGemm: Vjp = {
  op: 'com.microsoft:QGemm',
  cotangents({ g, node, x: [a, aScale, , b, bScale, b0, , yScale], ȳ }) {
    const transB = node.int('transB', 0) === 1;
    const product = { transA: node.int('transA', 0) === 1, transB, alpha: node.float('alpha', 1) };
    const along = (v: typeof b0) => (transB ? perRow(g, v) : v);
    const constant = () => refuse(node, 'its right operand or bias is not constant');
    return [
      () => {
        const B = dequantised(g, b, along(b0), along(bScale));
        return g.mul(factorCotangents(g, a, B, ȳ, product)[0](), yScale ? g.div(aScale, yScale) : aScale);
      },
      null,
      null,
      constant,
      null,
      null,
      constant,
    ];
  },
};
