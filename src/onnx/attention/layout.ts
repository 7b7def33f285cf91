import { Builder } from '../graph/builder';
import type { Graph, Node, Value } from '../graph/graph';
import { axisAfter, equationOf } from './axes';
import { products } from './products';
import { scoreProduct } from './scores';

/**
 * Attention whose scores are laid out otherwise than [batch, heads, queries, keys], such as XLNet's in TensorFlow [queries, keys, batch,
 * heads] or Gemma's in Flax [batch, queries, heads, keys]: its softmax is taken in the usual layout, between two Transposes.
 */
export function layOutAttention(graph: Graph): void {
  const content = new Set<Value>(graph.inputs);
  const nodes: Node[] = [];
  const g = new Builder(graph, nodes, 'layout');
  const replaced: Node[] = [];
  for (const node of graph.nodes) {
    const [x] = node.inputs;
    const [y] = node.outputs;
    const perm = x && y && node.type === 'Softmax' ? usualLayout(node, x, y, content) : undefined;
    if (x && y && perm) {
      const back = perm.map((_, i) => perm.indexOf(i));
      const usual = g.op('Softmax', [g.transpose(x, perm)], { axis: -1 });
      graph.replace(y, g.transpose(usual, back));
      replaced.push(node);
    } else nodes.push(node);
  }
  graph.nodes = nodes;
  graph.removeAll(new Set(replaced));
}

/** The order of axes that puts queries and keys last; undefined where they are, or where no attention can be made out. */
function usualLayout(softmax: Node, x: Value, y: Value, content: Set<Value>): readonly number[] | undefined {
  const { rank } = x;
  if (rank === undefined || rank < 3) return undefined;
  const axis = softmax.int('axis', -1);
  const keys = axis < 0 ? axis : axis - rank;
  const product = scoreProduct(x, content, keys);
  if (product) content.add(y); // So that the next layer's keys are not followed back to the inputs.
  const queries = product?.queries ?? [];
  if (queries.length !== 1 || !(queries[0] >= -rank) || (keys === -1 && queries[0] === -2)) return undefined;
  if (!isContracted(y, keys)) return undefined; // As over the groups of slots that tokens are given to (GroupViT).
  const last = [rank + queries[0], rank + keys];
  return [...Array.from({ length: rank }, (_, i) => i).filter((i) => !last.includes(i)), ...last];
}

/** What may stand between the softmax and its product with V. */
const steps: ReadonlySet<string> = new Set([
  'Transpose',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Dropout',
  'Identity',
  'Cast',
  'Where',
  'Mul',
]);

/** Whether the next product sums over this axis. */
function isContracted(map: Value, axis: number): boolean {
  const queue = [{ at: map, axis }];
  const seen = new Set([map]);
  for (let step; (step = queue.shift());)
    for (const node of step.at.consumers) {
      const out = node.outputs[0];
      if (products.has(node.type)) return sumsOver(node, step.at, step.axis);
      if (!out || seen.has(out) || !steps.has(node.type)) continue;
      seen.add(out);
      queue.push({ at: out, axis: axisAfter(node, step.axis) });
    }
  return false;
}

function sumsOver(product: Node, map: Value, axis: number): boolean {
  const side = product.inputs.indexOf(map);
  if (product.type !== 'Einsum') {
    const transposed = product.int(side === 0 ? 'transA' : 'transB', 0) === 1;
    return axis === ((side === 0) === transposed ? -2 : -1);
  }
  const { operands, output } = equationOf(product);
  const label = operands[side]?.at(axis);
  return label !== undefined && !output.includes(label);
}
