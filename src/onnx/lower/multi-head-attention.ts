import type { Value } from '../graph/graph';
import { attend, scaleOf } from './attend';
import { append, mergeHeads, splitHeads } from './heads';
import { joinedMask } from './key-padding';
import type { Lowering, LoweringContext } from './rule';
import { count, input, rankOf, refuse } from './rule';

/** com.microsoft MultiHeadAttention: softmax((Q + b_q)·(K + b_k)ᵀ·scale + mask + bias)·(V + b_v), from projected Q, K, V in one of four layouts. */
export const multiHeadAttention: Lowering = {
  op: 'com.microsoft:MultiHeadAttention',
  lower(c) {
    const { g, node, x } = c;
    if (x[8] || x[9])
      refuse(node, 'past and present share one buffer (past_sequence_length or cache_indirection is given)');
    const [q, newK, newV] = headsOf(c, count(node, 'num_heads'));
    const [k, v] = [append(g, x[6], newK), append(g, x[7], newV)];
    const biases = [x[5], joinedMask(c, x[4], q, k)];
    const { context, scores } = attend(g, { q, k, v, scale: scaleOf(node), biases });
    return [mergeHeads(g, context), k, v, scores];
  },
};

/** Q, K, V as [B, N, S, H], with their biases. */
function headsOf(c: LoweringContext, heads: number): Value[] {
  const { g, node, x } = c;
  const [query, key, value, bias] = [input(c, 0), x[1], x[2], x[3]];
  if (key && rankOf(node, key) === 4) {
    // Cross-attention: keys and values come as [B, N, T, H] from an earlier step, their biases inside.
    const width = g.shapePart(query, 2, 3);
    const q = bias ? g.add(query, g.slice(bias, 0, 0, width)) : query;
    return [splitHeads(g, q, heads), key, input(c, 2)];
  }
  const plain = unpacked(c, query, key, value);
  if (!bias) return plain.map((p) => splitHeads(g, p, heads));
  const biases = g.ops(
    'Split',
    [
      bias,
      g.concat(
        plain.map((p) => g.shapePart(p, 2, 3)),
        0,
      ),
    ],
    3,
    { axis: 0 },
  );
  return plain.map((p, i) => splitHeads(g, g.add(p, biases[i]), heads));
}

/** The three as [B, S, D], out of [B, S, N, 3, H] or [B, S, D] with [B, T, N, 2, H] where they are packed. */
function unpacked(
  { g, node }: LoweringContext,
  query: Value,
  key: Value | undefined,
  value: Value | undefined,
): Value[] {
  const parts = (packed: Value, n: number) =>
    g.ops('Split', [packed], n, { axis: 3, num_outputs: n }).map((p) => g.reshape(p, [0, 0, -1]));
  if (!key) return rankOf(node, query) === 5 ? parts(query, 3) : refuse(node, 'its key is missing');
  if (rankOf(node, key) === 5) return [query, ...parts(key, 2)];
  return [query, key, value ?? refuse(node, 'its value is missing')];
}
