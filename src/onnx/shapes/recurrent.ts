import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { each, unknownDim } from './known';

/** x [length, batch, d] (layout 1: batch first) → Y [length, directions, batch, hidden], the last state, and LSTM's cell. */
const recurrent: ShapeRule = (node) => {
  const [x, , r] = node.inputs;
  const dtype = x?.dtype;
  const directions = node.string('direction', 'forward') === 'bidirectional' ? 2 : 1;
  const hidden = node.has('hidden_size') ? node.int('hidden_size', 0) : (r?.shape?.[2] ?? unknownDim(node, 3));
  if (x?.shape?.length !== 3) return [{ dtype }];
  const batchFirst = node.int('layout', 0) === 1;
  const [length, batch] = batchFirst ? [x.shape[1], x.shape[0]] : [x.shape[0], x.shape[1]];
  const state = { dtype, shape: batchFirst ? [batch, directions, hidden] : [directions, batch, hidden] };
  const y = { dtype, shape: batchFirst ? [batch, length, directions, hidden] : [length, directions, batch, hidden] };
  return [y, state, state];
};

/** Shapes of recurrent networks. */
export const recurrentShapes: ShapeRules = each('LSTM GRU RNN', recurrent);
