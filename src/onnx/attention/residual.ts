import type { Node, Value } from '../graph/graph';
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

/** They change the layout of the trunk, not what it holds. */
const layouts: ReadonlySet<string> = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);

/**
 * The sum that adds a branch computed from `trunk` to `trunk` itself: the feed-forward block's residual. Where the block runs on
 * [batch·tokens, width] (OPT), the sum is given back in the trunk's layout.
 */
export function nextResidual(trunk: Value): Value | undefined {
  const queue: Value[] = [];
  const seen = new Set<Value>([trunk]);
  const direct = new Set<Value>();
  const trunks = [trunk];
  for (const at of trunks)
    for (const node of at.consumers) {
      const out = node.outputs[0];
      if (!out) continue;
      if (adds.has(node.type)) direct.add(out);
      else queue.push(out);
      if (layouts.has(node.type) && node.inputs[0] === at && trunks.length < 8) trunks.push(out);
    }
  for (let at; (at = queue.shift());)
    for (const node of at.consumers) {
      const out = node.outputs[0];
      if (!out || seen.has(out) || stops.has(node.type)) continue;
      if (direct.has(out) && node.inputs.every((v) => v && !v.tensor)) return inLayoutOf(trunk, withBias(out));
      seen.add(out);
      queue.push(out);
    }
  return undefined;
}

function inLayoutOf(trunk: Value, sum: Value): Value | undefined {
  if (sameRank(trunk, sum)) return sum;
  const back = [...sum.consumers].find((n) => layouts.has(n.type) && n.outputs[0]?.rank === trunk.rank);
  return back?.outputs[0];
}

/**
 * The sum in which a second branch, computed from the residual's input as well, has joined the first: attention and feed-forward side by
 * side (GPT-J, Falcon). Undefined where there is none.
 */
export function parallelSum(branch: Value, { input, output }: Residual): Value | undefined {
  const sum = onlyAdded(output);
  const terms = [sum];
  for (const at of terms) {
    if (at === input) continue;
    if (at.producer && adds.has(at.producer.type)) {
      terms.push(...at.producer.inputs.flatMap((v) => (v && !v.tensor ? [v] : [])));
      continue;
    }
    const past = ancestors(at);
    if (past.has(input) && !past.has(branch)) return sum;
  }
  return undefined;
}

/** Where a sum is read by another sum alone, that one. */
function onlyAdded(sum: Value): Value {
  const [node, ...others] = sum.consumers;
  const output = node?.outputs[0];
  return others.length === 0 && output && adds.has(node.type) && sameRank(sum, output) ? onlyAdded(output) : sum;
}
