import type { Shape } from '../graph/dims';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { each, typed, unknownDim } from './known';
import { windowOf, windows } from './window';

/** [N, C, …] → [N, C, how often the window fits…]; MaxPool's second output has the same shape. */
const pool: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  const dtype = node.inputs[0]?.dtype;
  const kernel = node.ints('kernel_shape');
  if (!x || x.length < 3 || !kernel || node.int('channels_last', 0)) return [{ dtype }];
  const sizes = windows(x.slice(2), windowOf(node, x.length - 2, kernel));
  const shape: Shape = [...x.slice(0, 2), ...sizes.map((d, i) => d ?? unknownDim(node, i + 2))];
  return [
    { dtype, shape },
    { dtype: 'int64', shape },
  ];
};

const globalPool: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  return typed(node, node.int('channels_last', 0) ? undefined : x?.map((d, i) => (i < 2 ? d : 1)));
};

/** rois [R, 4] → [R, C, height, width]. */
const roi: ShapeRule = (node) => {
  const [x, rois] = [node.inputs[0]?.shape, node.inputs[1]?.shape];
  const [height, width] = node.ints('pooled_shape') ?? [node.int('output_height', 1), node.int('output_width', 1)];
  return typed(node, [rois?.[0] ?? unknownDim(node, 0), x?.[1] ?? unknownDim(node, 1), height, width]);
};

/** Shapes of pooling. */
export const poolShapes: ShapeRules = {
  ...each('MaxPool AveragePool LpPool com.microsoft:QLinearAveragePool', pool),
  ...each('GlobalAveragePool GlobalMaxPool GlobalLpPool com.microsoft:QLinearGlobalAveragePool', globalPool),
  ...each('RoiAlign MaxRoiPool', roi),
};
