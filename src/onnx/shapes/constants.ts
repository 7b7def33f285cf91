import type { Dim, Shape } from '../graph/dims';
import { add, divide, isNonNegative, negate, product, subtract } from '../graph/dims';
import type { Node, Value } from '../graph/graph';
import { isTensorAttribute } from '../graph/graph';
import type { OnnxDType } from '../graph/tensor';
import { numbersOf } from '../graph/tensor';
import type { Inferred, ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { contentOf, dtypeOf, elementsOf, isSmall, lengthOf, unknownDim, unknownDims } from './known';

const constant: ShapeRule = (node) => {
  const value = node.attributes.value;
  if (isTensorAttribute(value)) {
    const content = isSmall(value.dims) ? numbersOf(value) : undefined;
    return [{ dtype: value.dtype, shape: value.dims, content }];
  }
  const scalar = (dtype: OnnxDType, x: number): readonly Inferred[] => [{ dtype, shape: [], content: [x] }];
  const list = (dtype: OnnxDType, x: readonly number[]): readonly Inferred[] => [
    { dtype, shape: [x.length], content: isSmall([x.length]) ? x : undefined },
  ];
  if (node.has('value_int')) return scalar('int64', node.int('value_int', 0));
  if (node.has('value_float')) return scalar('float32', node.float('value_float', 0));
  const [ints, floats] = [node.ints('value_ints'), node.floats('value_floats')];
  if (ints) return list('int64', ints);
  if (floats) return list('float32', floats);
  return [undefined];
};

/** start and end count from the end where negative, and are clamped (opset 15). */
const shape: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  if (!x) return [{ dtype: 'int64', shape: unknownDims(node, 1) }];
  const part = x.slice(node.int('start', 0), node.has('end') ? node.int('end', 0) : undefined);
  return [{ dtype: 'int64', shape: [part.length], content: part }];
};

const size: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  return [{ dtype: 'int64', shape: [], content: x && [product(x)] }];
};

/** The sizes that a tensor lists; an element that may be negative is no size. */
const sizesFrom = (node: Node, list: Value | undefined): Shape | undefined => {
  const sizes = elementsOf(list);
  if (sizes) return sizes.map((d, i) => (isNonNegative(d) ? d : unknownDim(node, i)));
  const rank = lengthOf(list);
  return rank === undefined ? undefined : unknownDims(node, rank);
};

const constantOfShape: ShapeRule = (node) => {
  const value = node.attributes.value;
  const filled = isTensorAttribute(value) ? value : undefined;
  const shape = sizesFrom(node, node.inputs[0]);
  const x = filled ? numbersOf(filled)?.[0] : 0;
  const content =
    x !== undefined && isSmall(shape) ? new Array<Dim>(shape.reduce((n, d) => n * d, 1)).fill(x) : undefined;
  return [{ dtype: filled?.dtype ?? 'float32', shape, content }];
};

/** ⌈(limit − start) / delta⌉ elements. */
const range: ShapeRule = (node) => {
  const dtype = node.inputs[0]?.dtype;
  const [start, limit, delta] = node.inputs.map((x) => contentOf(x)?.[0]);
  if (start === undefined || limit === undefined || typeof delta !== 'number' || delta === 0)
    return [{ dtype, shape: unknownDims(node, 1) }];
  const span = subtract(limit, start);
  if (typeof span === 'number') {
    const count = Math.max(0, Math.ceil(span / delta));
    const content = isSmall([count]) ? Array.from({ length: count }, (_, i) => add(start, i * delta)) : undefined;
    return [{ dtype, shape: [count], content }];
  }
  const steps =
    delta === 1 ? span : delta === -1 ? negate(span) : delta > 1 ? divide(add(span, delta - 1), delta) : undefined;
  const certain = steps !== undefined && !String(steps).includes('value(');
  return [{ dtype, shape: [certain ? steps : unknownDim(node, 0)] }];
};

/** `dtype` is an attribute, the shape is that of the input. */
const like = (otherwise?: OnnxDType): ShapeRule => {
  return (node) => [
    { dtype: dtypeOf(node.int('dtype', 0)) ?? otherwise ?? node.inputs[0]?.dtype, shape: node.inputs[0]?.shape },
  ];
};

const random: ShapeRule = (node) => [{ dtype: dtypeOf(node.int('dtype', 1)), shape: node.ints('shape') }];

const window: ShapeRule = (node) => {
  const n = contentOf(node.inputs[0])?.[0];
  return [
    {
      dtype: dtypeOf(node.int('output_datatype', 1)),
      shape: [n !== undefined && isNonNegative(n) ? n : unknownDim(node, 0)],
    },
  ];
};

const multinomial: ShapeRule = (node) => {
  const rows = node.inputs[0]?.shape?.[0] ?? unknownDim(node, 0);
  return [{ dtype: dtypeOf(node.int('dtype', 6)), shape: [rows, node.int('sample_size', 1)] }];
};

/** size [N, C, (D,) H, W] → grid [N, (D,) H, W, 2 or 3]. */
const affineGrid: ShapeRule = (node) => {
  const sizes = sizesFrom(node, node.inputs[1]);
  const dtype = node.inputs[0]?.dtype;
  return [{ dtype, shape: sizes && sizes.length > 2 ? [sizes[0], ...sizes.slice(2), sizes.length - 2] : undefined }];
};

/** Shapes of operators that make tensors from sizes and numbers. */
export const constantShapes: ShapeRules = {
  Constant: constant,
  Shape: shape,
  Size: size,
  ConstantOfShape: constantOfShape,
  Range: range,
  'com.microsoft:Range': range,
  EyeLike: like(),
  RandomNormalLike: like(),
  RandomUniformLike: like(),
  Bernoulli: like(),
  RandomNormal: random,
  RandomUniform: random,
  Multinomial: multinomial,
  HannWindow: window,
  HammingWindow: window,
  BlackmanWindow: window,
  AffineGrid: affineGrid,
};
