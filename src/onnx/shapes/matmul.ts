import type { Shape } from '../graph/dims';
import { broadcast } from '../graph/dims';
import type { Node } from '../graph/graph';
import type { OnnxDType } from '../graph/tensor';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { each, typed, unknownDims } from './known';

/** NumPy's matmul: [… m, k]·[… k, n] → [… m, n]; a vector loses its axis again. */
function productShape(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (!a?.length || !b?.length) return undefined;
  const batch = broadcast(a.slice(0, -2), b.slice(0, -2));
  const rows = a.length > 1 ? [a[a.length - 2]] : [];
  const columns = b.length > 1 ? [b[b.length - 1]] : [];
  return [...batch, ...rows, ...columns];
}

const matmul: ShapeRule = (node) => typed(node, productShape(node.inputs[0]?.shape, node.inputs[1]?.shape));

/** A matrix product in integers or from them; the result's type is fixed or that of another input. */
const typedMatmul = (b: number, dtype: (node: Node) => OnnxDType | undefined): ShapeRule => {
  return (node) => [{ dtype: dtype(node), shape: productShape(node.inputs[0]?.shape, node.inputs[b]?.shape) }];
};

/** A·B + C with A [M, K], B [K, N], either transposed. */
const gemm: ShapeRule = (node) => {
  const [a, b] = [node.inputs[0]?.shape, node.inputs[1]?.shape];
  const rest = unknownDims(node, 2);
  const m = a?.length === 2 ? a[node.int('transA', 0) ? 1 : 0] : rest[0];
  const n = b?.length === 2 ? b[node.int('transB', 0) ? 0 : 1] : rest[1];
  return typed(node, [m, n]);
};

/** transBatch turns axis 0 to the place before the last, [d₀, …, d] → […, d₀, d]; then trans swaps the last two. */
const fusedMatmul: ShapeRule = (node) => {
  const operand = (index: number, side: 'A' | 'B'): Shape | undefined => {
    const x = node.inputs[index]?.shape;
    if (!x || x.length < 2) return x;
    const turned = node.int(`transBatch${side}`, 0) ? [...x.slice(1, -1), x[0], x[x.length - 1]] : x;
    const [rows, columns] = turned.slice(-2);
    return node.int(`trans${side}`, 0) ? [...turned.slice(0, -2), columns, rows] : turned;
  };
  return typed(node, productShape(operand(0, 'A'), operand(1, 'B')));
};

/** [… K]·[K, N] with B packed in blocks: N is an attribute. */
const blockMatmul: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  return typed(node, x && node.has('N') ? [...x.slice(0, -1), node.int('N', 0)] : undefined);
};

/** Each letter has one size; `...` stands for the axes that broadcast. */
const einsum: ShapeRule = (node) => {
  const equation = node.string('equation', '').replace(/\s/g, '');
  const [left, right] = equation.split('->');
  const terms = left.split(',');
  const sizes = new Map<string, Shape[number]>();
  let batch: Shape = [];
  for (const [i, term] of terms.entries()) {
    const shape = node.inputs[i]?.shape;
    if (!shape) return typed(node, undefined);
    const [before, after = ''] = term.split('...');
    const free = shape.length - before.length - after.length;
    if (free < 0 || (!term.includes('...') && free > 0)) return typed(node, undefined);
    batch = broadcast(batch, shape.slice(before.length, before.length + free));
    const name = (letter: string, at: number) => {
      const known = sizes.get(letter);
      if (known === undefined || known === 1 || (typeof known === 'string' && shape[at] !== 1))
        sizes.set(letter, shape[at]);
    };
    [...before].forEach((letter, k) => name(letter, k));
    [...after].forEach((letter, k) => name(letter, before.length + free + k));
  }
  const once = [...sizes.keys()].filter((c) => left.split(c).length === 2).sort();
  const result = right ?? `${left.includes('...') ? '...' : ''}${once.join('')}`;
  const letters = (text: string) => [...text].map((c) => sizes.get(c) ?? 1);
  const [before, after] = result.split('...');
  return typed(node, after === undefined ? letters(before) : [...letters(before), ...batch, ...letters(after)]);
};

const typeOf = (index: number) => (node: Node) => node.inputs[index]?.dtype;

/** Shapes of products. */
export const matmulShapes: ShapeRules = {
  MatMul: matmul,
  Gemm: gemm,
  'com.microsoft:FusedGemm': gemm,
  ...each('com.microsoft:FusedMatMul com.microsoft:TransposeMatMul com.microsoft:FusedMatMulActivation', fusedMatmul),
  ...each('com.microsoft:MatMulNBits com.microsoft:MatMulBnb4 com.microsoft:MatMulFpQ4', blockMatmul),
  'com.microsoft:GemmFastGelu': matmul,
  MatMulInteger: typedMatmul(1, () => 'int32'),
  'com.microsoft:MatMulInteger16': typedMatmul(1, () => 'int32'),
  'com.microsoft:DynamicQuantizeMatMul': typedMatmul(1, typeOf(0)),
  'com.microsoft:MatMulIntegerToFloat': typedMatmul(1, typeOf(2)),
  QLinearMatMul: typedMatmul(3, typeOf(7)),
  Einsum: einsum,
  Det: (node) => typed(node, node.inputs[0]?.shape?.slice(0, -2)),
  'com.microsoft:Inverse': (node) => typed(node, node.inputs[0]?.shape),
  'com.microsoft:QGemm': (node) => {
    const [a, b] = [node.inputs[0]?.shape, node.inputs[3]?.shape];
    const [m, n] = [a?.[node.int('transA', 0) ? 1 : 0], b?.[node.int('transB', 0) ? 0 : 1]];
    const dtype = node.inputs[8]?.dtype ?? 'float32';
    return [{ dtype, shape: m !== undefined && n !== undefined ? [m, n] : undefined }];
  },
};
