import { broadcast } from '../graph/dims';
import type { Node } from '../graph/graph';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { dtypeOf, each, same } from './known';

/** The type is that of the zero point, or `output_dtype` (opset 21), else uint8. */
const quantizeLinear: ShapeRule = (node) => {
  const dtype = node.inputs[2]?.dtype ?? dtypeOf(node.int('output_dtype', 0)) ?? 'uint8';
  return [{ dtype, shape: node.inputs[0]?.shape }];
};

const dequantizeLinear: ShapeRule = (node) => [
  { dtype: dtypeOf(node.int('output_dtype', 0)) ?? node.inputs[1]?.dtype, shape: node.inputs[0]?.shape },
];

const dynamicQuantizeLinear: ShapeRule = (node) => [
  { dtype: 'uint8', shape: node.inputs[0]?.shape },
  { dtype: 'float32', shape: [] },
  { dtype: 'uint8', shape: [] },
];

/** Two quantised operands, (tensor, scale, zero point) each, the first at `a`. */
const binary = (a: number): ShapeRule => {
  return (node: Node) => {
    const [x, y] = [node.inputs[a], node.inputs[a + 3]];
    return [{ dtype: x?.dtype, shape: x?.shape && y?.shape && broadcast(x.shape, y.shape) }];
  };
};

/** Shapes of quantised operators that belong to no other family. */
export const quantiseShapes: ShapeRules = {
  ...each('QuantizeLinear com.microsoft:QuantizeLinear', quantizeLinear),
  ...each('DequantizeLinear com.microsoft:DequantizeLinear', dequantizeLinear),
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  ...each('com.microsoft:QLinearAdd com.microsoft:QLinearMul', binary(0)),
  ...each('com.microsoft:QLinearSigmoid com.microsoft:QLinearLeakyRelu', same()),
  'com.microsoft:MulInteger': (node) => {
    const [a, , b] = node.inputs;
    return [{ dtype: 'int32', shape: a?.shape && b?.shape && broadcast(a.shape, b.shape) }];
  },
};
