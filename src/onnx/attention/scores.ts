import { readEquation } from '../graph/equation';
import type { Node, Value } from '../graph/graph';
import { dependsOn } from './ancestors';
import { isWeight, mixesHeads, products } from './products';

/** Between Q·Kᵀ and the softmax: scale, mask, bias, soft cap, sink. */
const scoreSteps: ReadonlySet<string> = new Set([
  'Add', 'Sub', 'Mul', 'Div', 'Where', 'Cast', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Transpose', 'Clip', 'Max', 'Min', 'Tanh', 'Concat',
  'Dropout', 'Sum', 'Slice', 'DequantizeLinear', 'QuantizeLinear',
]); // prettier-ignore

export interface ScoreProduct {
  readonly query: Value;
  readonly key: Value;
}

/**
 * Breadth first back from the softmax to Q·Kᵀ: a product whose keys are computed. A constant query (a learned probe) is one too.
 * Keys that are computed of weights alone count where there are no others (DETR's first layer): of queries with a table of relative
 * positions (ViTDet) they do not.
 * @param scores the softmax's input [..., queries, keys]
 * @param content values that are known to depend on the model's inputs
 */
export function scoreProduct(scores: Value, content: ReadonlySet<Value>): ScoreProduct | undefined {
  // The axis of the keys is counted from the end, so that a Reshape that merges batch and heads leaves it where it is.
  const queue = [{ at: scores, keys: -1 }];
  let ofWeights: ScoreProduct | undefined;
  const seen = new Set<Value>([scores]);
  const visit = (at: Value | undefined, keys: number) => {
    if (at && !seen.has(at)) queue.push({ at, keys });
    if (at) seen.add(at);
  };
  for (let step; (step = queue.shift());) {
    const { at, keys } = step;
    const node = at.producer;
    if (!node) continue;
    if (products.has(node.type)) {
      const found = operandsOf(node, keys);
      if (found && !isWeight(found.key)) {
        if (dependsOn(found.key, content)) return found;
        ofWeights ??= found;
      }
      const [map, weight] = node.inputs;
      if (map && weight && mixesHeads(map, weight)) visit(map, keys);
      continue;
    }
    if (!scoreSteps.has(node.type)) continue;
    if (node.type === 'Transpose') visit(node.inputs[0], axisBefore(node, keys));
    else for (const v of node.type === 'Where' ? node.inputs.slice(1) : node.inputs) visit(v, keys);
  }
  return ofWeights;
}

/** Where a Transpose's output axis, counted from the end, was in its input. */
function axisBefore(node: Node, axis: number): number {
  const perm = node.ints('perm');
  return perm ? perm[perm.length + axis] - perm.length : -1 - axis - (node.inputs[0]?.rank ?? 0);
}

/** The operand that brings the keys' axis is the key, on whichever side it stands: Keras multiplies "aecd,abcd->acbe", key and query. */
function operandsOf(node: Node, keys: number): ScoreProduct | undefined {
  const [left, right] = node.inputs;
  if (!left || !right) return undefined;
  return bringsKeys(node, keys) ? { query: right, key: left } : { query: left, key: right };
}

/** Whether the left operand has the keys. */
function bringsKeys(node: Node, keys: number): boolean {
  if (node.type !== 'Einsum') return keys === -2;
  const { operands, output } = readEquation(node.string('equation', ''), (i) => node.inputs[i]?.rank ?? 3);
  const label = output.at(keys);
  return label !== undefined && operands[0].includes(label) && !operands[1]?.includes(label);
}
