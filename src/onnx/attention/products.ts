import type { Node, Value } from '../graph/graph';

/** Operators that multiply queries with keys, and attention probabilities with values. */
export const products: ReadonlySet<string> = new Set([
  'MatMul',
  'com.microsoft:FusedMatMul',
  'Einsum',
  'MatMulInteger',
]);

/** Talking heads: every query's row of every head goes through a square weight [heads, heads]. Elsewhere rows are no maps of rank 4. */
export const mixesHeads = (map: Value, weight: Value): boolean =>
  (map.rank ?? 0) >= 4 &&
  isWeight(weight) &&
  weight.rank === 2 &&
  typeof weight.shape?.[0] === 'number' &&
  weight.shape[0] === weight.shape[1];

/** A constant, or what a few type and layout changes make of one. */
export function isWeight(value: Value): boolean {
  let v: Value | undefined = value;
  for (let i = 0; v && i < 8; i++) {
    if (v.tensor) return true;
    const node: Node | undefined = v.producer;
    if (
      !node ||
      !['Cast', 'Transpose', 'DequantizeLinear', 'Reshape', 'Identity', 'Unsqueeze', 'Squeeze'].includes(node.type)
    )
      return false;
    v = node.inputs[0];
  }
  return false;
}
