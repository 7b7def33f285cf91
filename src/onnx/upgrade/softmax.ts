import { Node } from '../graph/graph';
import type { Upgrade } from './rule';

/**
 * Below opset 13, Softmax, LogSoftmax and Hardmax see x as a matrix [Π before axis, Π from axis on] (default axis 1) and normalise its
 * rows; since then, one axis (default −1). The two agree where nothing but axes of size 1 follows; else the matrix is written out.
 */
export const softmaxes: Upgrade = {
  ops: ['Softmax', 'LogSoftmax', 'Hardmax'],
  until: 13,
  upgrade(node, g) {
    const [x, y] = [node.inputs[0], node.outputs[0]];
    const axis = node.int('axis', 1);
    const at = axis < 0 || x?.rank === undefined ? axis : axis - x.rank;
    if (at < 0 && (at === -1 || x?.shape?.slice(at + 1).every((d) => d === 1))) {
      node.attributes = { axis: at };
      return;
    }
    if (!x || !y) return;
    node.attributes = { axis: -1 };
    g.graph.setInput(node, 0, g.op('Flatten', [x], { axis }));
    const rows = g.graph.newValue(y.name);
    rows.dtype = y.dtype;
    rows.producer = node;
    node.outputs[0] = rows;
    return [g.graph.connect(new Node('Reshape', '', `${node.name}/reshape`, [rows, g.shape(x)], [y], {}))];
  },
};
