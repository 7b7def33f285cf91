import { UnsupportedModel } from '../../shared/errors';
import { Builder } from '../graph/builder';
import type { Graph, Node } from '../graph/graph';
import { reductions, splitCount, splitSizes, squeezes } from './axes';
import { batchNormalization, dropout, resize, roiAlign } from './others';
import type { Upgrade } from './rule';
import { softmaxes } from './softmax';

const oldest = 11;
const target = 18;

/** In the order of the opsets, for a node may pass through two of them. */
const upgrades: readonly Upgrade[] = [
  dropout,
  squeezes,
  splitSizes,
  softmaxes,
  resize,
  batchNormalization,
  roiAlign,
  reductions,
  splitCount,
];

/**
 * Says a graph of opset 11–17 in opset 18; newer graphs stay as they are. Ranks should be known, for the sake of Softmax. Checked against ONNX's changelog, operator by operator:
 *
 * | changed in | operators | here |
 * |---|---|---|
 * | 12 | Dropout | ratio leaves the attributes |
 * | 12 | ArgMax, ArgMin, GatherND | new attributes whose defaults are the old meaning |
 * | 13 | Squeeze, Unsqueeze, ReduceSum, Split | attribute → input |
 * | 13 | Softmax, LogSoftmax, Hardmax | rows of a matrix → one axis |
 * | 13 | Resize | empty tensors are left out; `tf_half_pixel_for_nn` leaves the standard, onnxruntime still knows it |
 * | 13 | QuantizeLinear, DequantizeLinear | per-axis is new, per-tensor as before |
 * | 14 | BatchNormalization | training outputs go, or are refused |
 * | 14 | GRU, LSTM, RNN, Reshape | new attributes whose defaults are the old meaning |
 * | 15 | Shape | start and end are new |
 * | 16 | RoiAlign | the old mode is named |
 * | 16, 18 | ScatterElements, ScatterND | reduction is new, its default is the old meaning |
 * | 18 | ReduceL1 … ReduceSumSquare | attribute → input |
 * | 18 | Split | num_outputs is named |
 * | 18 | Pad, Resize, LpPool | new inputs and attributes whose defaults are the old meaning |
 * | 12–18 | Clip, Max, Min, Pow, MaxPool, Where, Identity, Cast, the arithmetic, comparisons … | more types, nothing else |
 *
 * Operators of other domains have versions of their own and are not touched; LayerNormalization below 17, which onnxruntime's optimizer
 * writes, has the meaning that 17 gave it.
 * @throws UnsupportedModel below opset 11
 */
export function upgradeTo18(graph: Graph): void {
  const from = graph.opset;
  if (from >= target) return;
  if (from < oldest)
    throw new UnsupportedModel(
      `The model is of opset ${from}; ${oldest} to 26 are supported. Convert it with onnx.version_converter.convert_version(model, ${target}) in Python, or export it again with opset_version=${target}.`,
    );
  const due = new Map<string, Upgrade[]>();
  for (const u of upgrades) if (from < u.until) for (const op of u.ops) due.set(op, [...(due.get(op) ?? []), u]);
  graph.opsets.set('', target);

  const old = graph.nodes;
  const g = new Builder(graph, (graph.nodes = []), 'upgrade');
  for (const node of old) {
    const after: Node[] = [];
    for (const u of due.get(node.type) ?? []) after.push(...(u.upgrade(node, g) ?? []));
    graph.nodes.push(node, ...after);
  }
}
