import type { Shape } from '../graph/dims';
import { divideExactly, multiply } from '../graph/dims';
import type { Node, Value } from '../graph/graph';
import type { OnnxDType } from '../graph/tensor';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { each, integersOf, unknownDim } from './known';
import { spread, windowOf, windows } from './window';

/** x [N, C, …] with weights [M, C/groups, …kernel] → [N, M, …]. */
const conv = (
  weights = 1,
  dtype: (node: Node) => OnnxDType | undefined = (node) => node.inputs[0]?.dtype,
): ShapeRule => {
  return (node) => [{ dtype: dtype(node), shape: convShape(node, node.inputs[0], node.inputs[weights]) }];
};

function convShape(node: Node, x: Value | undefined, w: Value | undefined): Shape | undefined {
  const rank = x?.shape?.length ?? w?.shape?.length;
  if (rank === undefined || rank < 3 || (x?.shape && w?.shape && x.shape.length !== w.shape.length)) return undefined;
  const spatial = x?.shape?.slice(2);
  const kernel = node.ints('kernel_shape') ?? w?.shape?.slice(2) ?? [];
  const sizes = spatial && windows(spatial, windowOf(node, spatial.length, kernel));
  return Array.from({ length: rank }, (_, i) => {
    const size = i === 0 ? x?.shape?.[0] : i === 1 ? w?.shape?.[0] : sizes?.[i - 2];
    return size ?? unknownDim(node, i);
  });
}

/** x [N, C, …] with weights [C, M/groups, …kernel] → [N, M, …]. */
const convTranspose: ShapeRule = (node) => {
  const [x, w] = [node.inputs[0]?.shape, node.inputs[1]?.shape];
  const dtype = node.inputs[0]?.dtype;
  if (!x || x.length < 3) return [{ dtype }];
  const spatial = x.slice(2);
  const kernel = node.ints('kernel_shape') ?? w?.slice(2) ?? [];
  const given = node.ints('output_shape')?.slice(-spatial.length);
  const sizes = given ?? spread(spatial, windowOf(node, spatial.length, kernel), node.ints('output_padding') ?? []);
  const channels = w?.[1] === undefined ? unknownDim(node, 1) : multiply(w[1], node.int('group', 1));
  return [{ dtype, shape: [x[0], channels, ...spatial.map((_, i) => sizes[i] ?? unknownDim(node, i + 2))] }];
};

/** Columns [N, C·Π block, L] → image [N, C, …image_shape]. */
const col2Im: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  const [image, block] = [integersOf(node.inputs[1]), integersOf(node.inputs[2])];
  const dtype = node.inputs[0]?.dtype;
  if (!x || !image) return [{ dtype }];
  const channels =
    block &&
    divideExactly(
      x[1] ?? 1,
      block.reduce((n, d) => n * d, 1),
    );
  return [{ dtype, shape: [x[0], channels ?? unknownDim(node, 1), ...image] }];
};

const zeroPointType = (index: number) => (node: Node) => node.inputs[index]?.dtype ?? 'uint8';

/** Shapes of convolutions. */
export const convShapes: ShapeRules = {
  ...each('Conv DeformConv com.microsoft:FusedConv', conv()),
  ConvInteger: conv(1, () => 'int32'),
  QLinearConv: conv(3, zeroPointType(7)),
  'com.microsoft:QLinearConv': (node, opset) =>
    node.int('channels_last', 0) ? [undefined] : conv(3, zeroPointType(7))(node, opset),
  ConvTranspose: convTranspose,
  Col2Im: col2Im,
};
