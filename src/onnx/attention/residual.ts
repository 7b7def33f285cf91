import type { Node, Value } from '../graph';
import { ancestors } from './ancestors';

/** A residual connection: out = input + branch(input). */
export interface Residual {
  readonly input: Value;
  readonly output: Value;
}

const adds: ReadonlySet<string> = new Set(['Add', 'Sum']);

/** Operators that end a branch's way: beyond them is another attention or the head of the model. */
const stops: ReadonlySet<string> = new Set(['Softmax', 'ArgMax', 'TopK']);

/**
 * Breadth first from the end of a branch to the sum with the value that the branch was computed from.
 * @param origin a value inside the branch (a query, say): the residual input is one of its ancestors
 */
export function residualAfter(branch: Value, origin: Value): Residual | undefined {
  const past = ancestors(origin);
  const queue = [branch];
  const seen = new Set(queue);
  for (let at; (at = queue.shift());) {
    for (const node of inOrder(at.consumers)) {
      const output = node.outputs[0];
      if (!output || seen.has(output) || stops.has(node.type)) continue;
      if (adds.has(node.type)) {
        const input = node.inputs.find((v) => v && v !== at && !v.tensor && past.has(v));
        if (input && sameRank(input, output)) return { input, output: withBias(output) };
      }
      seen.add(output);
      queue.push(output);
    }
  }
  return undefined;
}

/** Optimizers add a branch's bias behind the residual sum. */
function withBias(sum: Value): Value {
  const [node, ...others] = sum.consumers;
  const output = node?.outputs[0];
  if (others.length > 0 || !output || !adds.has(node.type)) return sum;
  return node.inputs.some((v) => v !== sum && v?.tensor && v.rank === 1) ? withBias(output) : sum;
}

const sameRank = (a: Value, b: Value): boolean => a.rank === undefined || b.rank === undefined || a.rank === b.rank;

const inOrder = (nodes: ReadonlySet<Node>): readonly Node[] => [...nodes];

const norms: ReadonlySet<string> = new Set([
  'LayerNormalization',
  'RMSNormalization',
  'SimplifiedLayerNormalization',
  'com.microsoft:SimplifiedLayerNormalization',
]);

/** The normalised value, where the next step of `value` is a normalisation. */
export function normOf(value: Value): Value | undefined {
  for (const node of value.consumers) if (norms.has(node.type) && node.inputs[0] === value) return node.outputs[0];
  return undefined;
}

/** The sum that adds a branch computed from `trunk` to `trunk` itself: the feed-forward block's residual. */
export function nextResidual(trunk: Value): Value | undefined {
  const queue: Value[] = [];
  const seen = new Set<Value>([trunk]);
  const direct = new Set<Value>();
  for (const node of trunk.consumers) {
    const out = node.outputs[0];
    if (!out) continue;
    if (adds.has(node.type)) direct.add(out);
    else queue.push(out);
  }
  for (let at; (at = queue.shift());)
    for (const node of at.consumers) {
      const out = node.outputs[0];
      if (!out || seen.has(out) || stops.has(node.type)) continue;
      if (direct.has(out)) return withBias(out);
      seen.add(out);
      queue.push(out);
    }
  return undefined;
}
