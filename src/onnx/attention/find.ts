import type { Graph, Node, Value } from '../graph/graph';
import { mergedHeads } from './heads';
import { isWeight, mixesHeads, products } from './products';
import { scoreProduct } from './scores';
import type { Site } from './site';

/** Between the softmax and the product with V: dropout, NaN guards, casts, head masks, an attention sink that is cut off again. */
const guards: ReadonlySet<string> = new Set([
  'Dropout',
  'Identity',
  'Cast',
  'Where',
  'Mul',
  'Slice',
  'DynamicQuantizeLinear',
  'QuantizeLinear',
  'DequantizeLinear',
]);
/** These change the layout, so that what comes behind them is no longer [queries, keys]. */
const layouts: ReadonlySet<string> = new Set(['Reshape', 'Transpose', 'Squeeze', 'Unsqueeze', 'Expand', 'Flatten']);

/** Several softmaxes may weigh the same values together (differential attention); each is an attention of its own. */
const sums: ReadonlySet<string> = new Set(['Add', 'Sub']);

/** All attentions of a lowered graph in execution order. Softmax over classes or experts multiplies no computed values and is passed over. */
export function findSites(graph: Graph): Site[] {
  const content = new Set<Value>(graph.inputs);
  return graph.nodes.flatMap((node) => {
    const site = node.type === 'Softmax' ? siteOf(node, content) : undefined;
    if (!site) return [];
    content.add(site.context); // So that the next layer's keys are not followed back to the inputs.
    return site;
  });
}

function siteOf(softmax: Node, content: ReadonlySet<Value>): Site | undefined {
  const y = softmax.outputs[0];
  const x = softmax.inputs[0];
  if (!y || !x || !isLastAxis(softmax, y) || (y.rank !== undefined && y.rank < 3)) return undefined;
  const use = productWithValues(y);
  if (!use) return undefined;
  const scores = scoreProduct(x, content);
  if (!scores) return undefined;
  const { query, key } = scores;
  const { probabilities, context, value } = use;
  return {
    softmax,
    probabilities,
    context,
    query,
    key,
    value,
    mergedHeads: probabilities.rank === 3 ? mergedHeads(context) : undefined,
  };
}

function isLastAxis(softmax: Node, y: Value): boolean {
  const axis = softmax.int('axis', -1);
  return axis === -1 || (y.rank !== undefined && axis === y.rank - 1);
}

/** Breadth first from the softmax to the product in which A weighs computed values. */
function productWithValues(start: Value): { probabilities: Value; context: Value; value: Value } | undefined {
  const queue: { at: Value; probabilities: Value; moved: boolean }[] = [
    { at: start, probabilities: start, moved: false },
  ];
  const seen = new Set<Value>([start]);
  for (let step; (step = queue.shift());) {
    const { at, probabilities, moved } = step;
    for (const node of at.consumers) {
      const out = node.outputs[0];
      if (!out || seen.has(out)) continue;
      if (products.has(node.type)) {
        const value = node.inputs.find((v) => v !== at && v && !isScalarLike(v));
        if (value && !isWeight(value)) return { probabilities, context: out, value };
        if (value && mixesHeads(at, value)) {
          seen.add(out);
          queue.push({ at: out, probabilities, moved: true });
        }
      } else if (guards.has(node.type) && isGuarded(node, at)) {
        seen.add(out);
        // Integers of a quantised product are no probabilities, nor are multiples of some.
        const other = moved || (out.dtype !== undefined && out.dtype !== 'float32') || scales(node);
        queue.push({ at: out, probabilities: other ? probabilities : out, moved: other });
      } else if (sums.has(node.type) || (layouts.has(node.type) && node.inputs[0] === at)) {
        seen.add(out);
        queue.push({ at: out, probabilities, moved: true });
      }
    }
  }
  return undefined;
}

/** The value that is guarded, not the condition or the mask. */
const isGuarded = (node: Node, at: Value): boolean =>
  node.type === 'Where' ? node.inputs[1] === at || node.inputs[2] === at : node.type === 'Mul' || node.inputs[0] === at;

/** A Mul by one number, such as the weight of a second map. */
const scales = ({ type, inputs }: Node): boolean =>
  type === 'Mul' && inputs.some((v) => v && isWeight(v) && v.shape?.every((d) => d === 1));

const isScalarLike = (v: Value): boolean => v.rank === 0;
