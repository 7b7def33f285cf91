import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { attend, scaleOf } from './attend';
import { append, mergeHeads, repeatHeads, splitHeads } from './heads';
import { band, every, lowest, penalty } from './masks';
import type { Lowering, LoweringContext } from './rule';
import { count, input, rankOf, refuse } from './rule';
import { positions, size } from './sizes';

/**
 * ONNX Attention (opset 23 and later): Y = softmax(cap(Q·Kᵀ·scale) + mask)·V. A query that may see no key at all gives zero, as the
 * specification wants; its row is set to zero behind the product with V, so that the softmax stays next to the product.
 */
export const onnxAttention: Lowering = {
  op: 'Attention',
  lower(c) {
    const { g, node, x } = c;
    const isFlat = rankOf(node, input(c, 0)) === 3;
    const heads = (i: number, attribute: string) =>
      isFlat ? splitHeads(g, input(c, i), count(node, attribute)) : input(c, i);
    const q = heads(0, 'q_num_heads');
    const presentK = append(g, x[4], heads(1, 'kv_num_heads'));
    const presentV = append(g, x[5], heads(2, 'kv_num_heads'));
    const times = groupSize(g, q, presentK);
    const [k, v] = [repeatHeads(g, presentK, times), repeatHeads(g, presentV, times)];

    const mask = maskOf(c, q, k);
    const softcap = node.float('softcap', 0);
    const attended = attend(g, { q, k, v, scale: scaleOf(node), softcap, biases: [mask?.bias], isOpen: mask?.isOpen });
    const y = attended.context;
    const shown = [
      () => attended.products,
      () => attended.capped,
      () => (mask ? g.add(attended.capped, mask.unbounded()) : attended.scores),
      () => attended.probabilities,
    ][node.int('qk_matmul_output_mode', 0)];
    return [isFlat ? mergeHeads(g, y) : y, presentK, presentV, node.outputs[3] && shown()];
  },
};

/** Queries heads for each head of K. */
function groupSize(g: Builder, q: Value, k: Value): number | Value {
  const [a, b] = [q.shape?.[1], k.shape?.[1]];
  if (a !== undefined && a === b) return 1;
  if (typeof a === 'number' && typeof b === 'number') return a / b;
  return g.div(size(g, q, 1), size(g, k, 1));
}

interface Mask {
  /** Added to the scores; finite, so that no row of it makes a NaN. */
  readonly bias: Value;
  /** The same with the infinities that the file's mask has: what the runtime shows of it. */
  readonly unbounded: () => Value;
  /** bool [.., S, 1]: a query that sees a key. Left out where every query does. */
  readonly isOpen?: Value;
}

/** attn_mask, is_causal, the windows of opset 25 and nonpad_kv_seqlen together. */
function maskOf(c: LoweringContext, q: Value, k: Value): Mask | undefined {
  const { g, x } = c;
  const given = x[3] && padded(c, x[3], k);
  const isBool = given?.dtype === 'bool';
  const seen = every(g, [seenByPlace(c, q, k), isBool ? given : undefined]);
  const added = isBool ? undefined : given;
  const joined = (m: Value | undefined) =>
    seen ? (m ? g.where(seen, m, g.scalar(lowest)) : penalty(g, seen, lowest)) : m;
  const bias = joined(added && g.op('Max', [added, g.scalar(lowest)]));
  if (!bias) return undefined;
  const unbounded = () => joined(added) as Value;
  if (!given && !x[6] && !hasWindow(c)) return { bias, unbounded };
  return { bias, unbounded, isOpen: g.greater(g.reduceMax(bias, [-1], { keepdims: true }), g.scalar(lowest)) };
}

const hasWindow = ({ node }: LoweringContext): boolean =>
  node.int('left_window_size', -1) >= 0 || node.int('right_window_size', -1) >= 0;

/** bool [S, T] or [B, 1, S or 1, T] */
function seenByPlace(c: LoweringContext, q: Value, k: Value): Value | undefined {
  const { g, node, x } = c;
  const isCausal = node.int('is_causal', 0) === 1;
  const [before, behind] = [node.int('left_window_size', -1), node.int('right_window_size', -1)];
  const filled = x[6] && g.cast(x[6], 'int64');
  const keys = () => positions(g, size(g, k, 2));
  const real = filled && g.less(keys(), g.unsqueeze(filled, [1, 2, 3]));
  if (!isCausal && !hasWindow(c)) return real;
  const queries = size(g, q, 2);
  // What stands before the queries: the past, or the rest of a cache that is kept outside.
  const offset = x[4] ? size(g, x[4], 2) : filled ? g.unsqueeze(g.sub(filled, queries), [1, 2, 3]) : undefined;
  const places = g.unsqueeze(positions(g, queries), [1]);
  const right = isCausal ? 0 : behind;
  const limits = { ...(before >= 0 ? { left: before } : {}), ...(right >= 0 ? { right } : {}) };
  return every(g, [band(g, offset ? g.add(places, offset) : places, keys(), limits), real]);
}

/** A mask may be shorter than the keys; what is missing is hidden. */
function padded({ g, node }: LoweringContext, mask: Value, k: Value): Value {
  const [given, keys] = [mask.shape?.at(-1), k.shape?.[2]];
  if (mask.dtype !== 'bool' && mask.dtype !== 'float32') refuse(node, `its mask is of type ${mask.dtype ?? 'unknown'}`);
  if (typeof given !== 'number' || typeof keys !== 'number' || given >= keys || given === 1) return mask;
  const hidden = mask.dtype === 'bool' ? g.scalar(0, 'bool') : g.scalar(lowest);
  return g.op('Pad', [mask, g.ints([0, keys - given]), hidden, g.ints([-1])], { mode: 'constant' });
}
