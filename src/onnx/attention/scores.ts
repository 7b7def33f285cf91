import type { Node, Value } from '../graph/graph';
import { dependsOn } from './ancestors';
import { axisAfter, axisBefore, equationOf } from './axes';
import { isWeight, mixesHeads, products } from './products';

/** Between Q·Kᵀ and the softmax: scale, mask, bias, soft cap, sink. */
const scoreSteps: ReadonlySet<string> = new Set([
  'Add', 'Sub', 'Mul', 'Div', 'Where', 'Cast', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Transpose', 'Clip', 'Max', 'Min', 'Tanh', 'Concat',
  'Dropout', 'Sum', 'Slice', 'DequantizeLinear', 'QuantizeLinear',
]); // prettier-ignore

export interface ScoreProduct {
  readonly query: Value;
  readonly key: Value;
  /** Axes of the softmax's input that the queries alone bring, from the end; not known behind a change of layout. */
  readonly queries: readonly number[];
}

/**
 * Breadth first back from the softmax to Q·Kᵀ: a product whose keys are computed. A constant query (a learned probe) is one too.
 * Keys that are computed of weights alone count where there are no others (DETR's first layer): of queries with a table of relative
 * positions (ViTDet) they do not.
 * @param scores the softmax's input
 * @param content values that are known to depend on the model's inputs
 * @param keys the softmax's axis, from the end
 */
export function scoreProduct(scores: Value, content: ReadonlySet<Value>, keys = -1): ScoreProduct | undefined {
  const queue: Step[] = [{ at: scores, keys, moves: [] }];
  let ofWeights: ScoreProduct | undefined;
  const seen = new Set<Value>([scores]);
  const visit = (at: Value | undefined, step: Omit<Step, 'at'>) => {
    if (at && !seen.has(at)) queue.push({ ...step, at });
    if (at) seen.add(at);
  };
  for (let step; (step = queue.shift());) {
    const node = step.at.producer;
    if (!node) continue;
    if (products.has(node.type)) {
      const found = readProduct(node, step);
      if (found && !isWeight(found.key)) {
        if (dependsOn(found.key, content)) return found;
        ofWeights ??= found;
      }
      const [map, weight] = node.inputs;
      if (map && weight && mixesHeads(map, weight)) visit(map, step);
      continue;
    }
    if (!scoreSteps.has(node.type)) continue;
    if (movers.has(node.type))
      visit(node.inputs[0], { keys: axisBefore(node, step.keys), moves: [node, ...step.moves] });
    else for (const v of node.type === 'Where' ? node.inputs.slice(1) : node.inputs) visit(v, step);
  }
  return ofWeights;
}

interface Step {
  readonly at: Value;
  /** The keys' axis here. */
  readonly keys: number;
  /** What moves axes between here and the softmax, in order of execution. */
  readonly moves: readonly Node[];
}

const movers: ReadonlySet<string> = new Set(['Transpose', 'Reshape', 'Squeeze', 'Unsqueeze']);

/** The operand that brings the keys' axis is the key, on whichever side it stands: Keras multiplies "aecd,abcd->acbe", key and query. */
function readProduct(node: Node, { keys, moves }: Step): ScoreProduct | undefined {
  const [left, right] = node.inputs;
  if (!left || !right) return undefined;
  const own = ownAxes(node);
  const swapped = own[0].includes(keys);
  // Of a projection transposed, such as keys over which linear attention takes its softmax, the weights are no queries.
  if (swapped && isWeight(right)) return undefined;
  const [query, key] = swapped ? [right, left] : [left, right];
  const queries = own[swapped ? 1 : 0].map((axis) => moves.reduce((a, move) => axisAfter(move, a), axis));
  return { query, key, queries };
}

/** Axes of a product that its left and its right operand alone bring. */
function ownAxes(node: Node): readonly [readonly number[], readonly number[]] {
  if (node.type !== 'Einsum') return [[-2], [-1]];
  const {
    operands: [a, b],
    output,
  } = equationOf(node);
  const own = (mine: string, other: string) =>
    [...output].flatMap((label, i) => (mine.includes(label) && !other.includes(label) ? i - output.length : []));
  return [own(a, b ?? ''), own(b ?? '', a)];
}
