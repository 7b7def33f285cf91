import type { Value } from '../graph/graph';
import { append, mergeHeads, splitHeads } from './heads';
import { attend, scaleOf } from './attend';
import { joinedMask } from './key-padding';
import type { Lowering, LoweringContext } from './rule';
import { count, input, refuse } from './rule';

/** com.microsoft Attention: Q, K, V = X·W + b; softmax(Q·Kᵀ·scale + mask + bias)·V. */
export const attention: Lowering = {
  op: 'com.microsoft:Attention',
  lower(c) {
    const { g, x } = c;
    const projected = g.matmul(input(c, 0), input(c, 1));
    return selfAttention(c, {
      projected: x[2] ? g.add(projected, x[2]) : projected,
      mask: x[3],
      past: x[4],
      bias: x[5],
    });
  },
};

export interface SelfAttention {
  /** Q, K and V side by side: [B, S, D + D + D_v] */
  readonly projected: Value;
  readonly mask: Value | undefined;
  /** [2, B, N, P, H] */
  readonly past: Value | undefined;
  /** [B or 1, N or 1, S, T] */
  readonly bias?: Value | undefined;
}

/** @returns output [B, S, D_v] and present [2, B, N, T, H] */
export function selfAttention(
  c: LoweringContext,
  { projected, mask, past, bias }: SelfAttention,
): (Value | undefined)[] {
  const { g, node } = c;
  if (node.int('do_rotary', 0) !== 0)
    refuse(node, 'it rotates queries and keys itself (do_rotary), which ONNX Runtime does not do on a CPU either');
  if (node.int('past_present_share_buffer', 0) !== 0)
    refuse(node, 'past and present share one buffer (past_present_share_buffer)');
  const heads = count(node, 'num_heads');
  const sizes = node.ints('qkv_hidden_sizes');
  const parts = sizes?.length
    ? g.ops('Split', [projected, g.ints(sizes)], 3, { axis: -1 })
    : g.ops('Split', [projected], 3, { axis: -1, num_outputs: 3 });
  const [q, newK, newV] = parts.map((p) => splitHeads(g, p, heads));
  const old = (i: number) => past && g.gather(past, g.scalar(i, 'int64'), 0);
  const [k, v] = [append(g, old(0), newK), append(g, old(1), newV)];

  const { context } = attend(g, { q, k, v, scale: scaleOf(node), biases: [bias, joinedMask(c, mask, q, k)] });
  const present = node.outputs[1] && g.concat([g.unsqueeze(k, [0]), g.unsqueeze(v, [0])], 0);
  return [mergeHeads(g, context), present];
}
