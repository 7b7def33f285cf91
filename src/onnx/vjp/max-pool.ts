import type { Vjp } from './rule';
import { scatterToSource } from './scatter';

/** MaxPool: x̄ is ȳ at the place of each window's maximum, summed where windows share it. The operator itself tells the places. */
export const maxPool: Vjp = {
  op: 'MaxPool',
  outputs: [0],
  cotangents({ g, node, x: [x], cotangent }) {
    const ȳ = cotangent(0);
    if (!ȳ) return [];
    const rowMajor = node.int('storage_order', 0) === 0;
    const places = () =>
      (rowMajor && node.outputs[1]) || g.ops('MaxPool', [x], 2, { ...node.attributes, storage_order: 0 })[1];
    return [() => scatterToSource(g, ȳ, places(), x)];
  },
};
