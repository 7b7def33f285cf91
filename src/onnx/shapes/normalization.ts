import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { axisIn, each, same } from './known';

/** Y, and the statistics with the normalised axes kept as 1. */
const layerNormalization: ShapeRule = (node) => {
  const x = node.inputs[0];
  const axis = x?.shape && axisIn(x.shape.length, node.int('axis', -1));
  const statistics = axis === undefined ? undefined : x?.shape?.map((d, i) => (i < axis ? d : 1));
  return [
    { dtype: x?.dtype, shape: x?.shape },
    ...[1, 2].map(() => ({ dtype: 'float32' as const, shape: statistics })),
  ];
};

/** Y, and in training the running statistics [C] (and, below opset 14, the saved ones). */
const batchNormalization: ShapeRule = (node) => {
  const [x, , , mean] = node.inputs;
  return node.outputs.map((_, i) => ({
    dtype: i === 0 ? x?.dtype : mean?.dtype,
    shape: i === 0 ? x?.shape : mean?.shape,
  }));
};

/** Outputs Y, mean, inverse deviation, and the sum of input and skip. */
const skipNormalization: ShapeRule = (node) => {
  const x = node.inputs[0];
  const y = { dtype: x?.dtype, shape: x?.shape };
  const statistics = { dtype: 'float32' as const, shape: x?.shape?.map((d, i, all) => (i < all.length - 1 ? d : 1)) };
  return [y, statistics, statistics, y];
};

/** Shapes of normalisations, which are those of their input. */
export const normalizationShapes: ShapeRules = {
  ...each(
    'Softmax LogSoftmax Hardmax InstanceNormalization GroupNormalization RMSNormalization LpNormalization LRN MeanVarianceNormalization ' +
      'com.microsoft:GroupNorm com.microsoft:BiasSoftmax com.microsoft:QLinearSoftmax',
    same(),
  ),
  LayerNormalization: layerNormalization,
  /** As onnxruntime's optimizer writes it, in ONNX's own domain. */
  SimplifiedLayerNormalization: layerNormalization,
  BatchNormalization: batchNormalization,
  ...each('com.microsoft:SkipLayerNormalization com.microsoft:SkipSimplifiedLayerNormalization', skipNormalization),
};
