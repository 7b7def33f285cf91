import type { Builder } from '../graph/builder';
import type { Node, Value } from '../graph/graph';

/*
 * Quantised operators are differentiated straight through: rounding and saturation count as the identity, scales and zero points as
 * constants. A quantised tensor's cotangent is a float32 tensor, as if the tensor held its real-valued numbers.
 */

/** (v − zero point) ⊙ scale in float32. Of constants, the runtime folds it when the session is made. */
export function dequantised(g: Builder, v: Value, zeroPoint: Value | undefined, scale?: Value): Value {
  const real = g.cast(v, 'float32');
  const centred =
    !zeroPoint || zeroPoint.numbers?.every((z) => z === 0) ? real : g.sub(real, g.cast(zeroPoint, 'float32'));
  return scale ? g.mul(centred, scale) : centred;
}

/** A parameter that is one number for the matrix or one for each row: a vector is stood along the second last axis. */
export const perRow = (g: Builder, v: Value): Value => (v.rank === 1 && v.shape?.[0] !== 1 ? g.unsqueeze(v, [1]) : v);

/** Operators whose integer outputs stand for real numbers. */
const quantising: ReadonlySet<string> = new Set([
  'ConvInteger',
  'DynamicQuantizeLinear',
  'MatMulInteger',
  'QLinearConv',
  'QLinearMatMul',
  'QuantizeLinear',
  'com.microsoft:QGemm',
  'com.microsoft:QuantizeLinear',
]);

/** Operators that carry integers along without computing with them. */
const carrying: ReadonlySet<string> = new Set(
  'Cast Concat DepthToSpace Expand Flatten Gather GatherElements GatherND Identity MaxPool Pad Reshape Slice SpaceToDepth Split Squeeze Tile Transpose Unsqueeze'.split(
    ' ',
  ),
);

/** Whether an integer tensor stands for real numbers, so that a cotangent goes through it; ids, sizes and masks do not. */
export function standsForReals(v: Value, seen = new Set<Node>()): boolean {
  const node = v.producer;
  if (!node || seen.has(node)) return false;
  seen.add(node);
  if (quantising.has(node.type)) return true;
  return carrying.has(node.type) && node.inputs.some((x) => x && standsForReals(x, seen));
}
