import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { attend, scaleOf } from './attend';
import { mergeHeads, repeatHeads, splitHeads } from './heads';
import { band } from './masks';
import { rotate } from './rotate';
import type { Lowering, LoweringContext } from './rule';
import { count, input, refuse } from './rule';
import { positions, size } from './sizes';

/**
 * com.microsoft GroupQueryAttention: causal attention of N query heads over N_kv heads of keys and values, behind a cache of which
 * each entry of the batch has filled its own length. With a sink s, the softmax's denominator has exp(s) more:
 * y = σ(log Σ exp scores − s) ⊙ softmax(scores)·V, so that the softmax stays over the keys alone.
 */
export const groupQueryAttention: Lowering = {
  op: 'com.microsoft:GroupQueryAttention',
  lower(c) {
    const { g, node, x } = c;
    checkSupported(c);
    const [heads, kvHeads] = [count(node, 'num_heads'), count(node, 'kv_num_heads')];
    const [q3, k3, v3] = x[1] ? [input(c, 0), x[1], input(c, 2)] : unpacked(c, heads, kvHeads);
    const [plainQ, plainK, newV] = [splitHeads(g, q3, heads), splitHeads(g, k3, kvHeads), splitHeads(g, v3, kvHeads)];

    const cache = cacheOf(c, plainQ);
    const turn = node.int('do_rotary', 0) === 1 ? rotation(c, plainQ, cache) : (v: Value) => v;
    const [q, newK] = [turn(plainQ), turn(plainK)];
    const k = behindPast(g, x[3], newK, cache, node.outputs[1] !== undefined);
    const v = behindPast(g, x[4], newV, cache, node.outputs[2] !== undefined);

    const window = node.int('local_window_size', -1);
    const keys = positions(g, size(g, k.seen, 2));
    const seen = band(g, g.unsqueeze(cache.queries, [1, 3]), keys, {
      right: 0,
      ...(window > 0 ? { left: window - 1 } : {}),
    }) as Value;
    // Every query sees itself, so −∞ leaves no row empty.
    const mask = g.where(seen, g.scalar(0), g.scalar(-Infinity));
    const times = heads / kvHeads;
    const { context, scores } = attend(g, {
      q,
      k: repeatHeads(g, k.seen, times),
      v: repeatHeads(g, v.seen, times),
      scale: scaleOf(node),
      softcap: node.float('softcap', 0),
      biases: [x[10], mask],
    });
    const sink = x[11] ? g.unsqueeze(x[11], [1, 2]) : node.int('smooth_softmax', 0) === 1 ? g.scalar(0) : undefined;
    const y = sink ? g.mul(g.sigmoid(g.sub(logSumExp(g, scores), sink)), context) : context;
    return [mergeHeads(g, y), k.present, v.present];
  },
};

const logSumExp = (g: Builder, x: Value): Value => g.reduce('ReduceLogSumExp', x, [-1], { keepdims: true });

function checkSupported({ node, x }: LoweringContext): void {
  if (node.int('sliding_window_cache', 0) !== 0) refuse(node, 'its cache slides (sliding_window_cache)');
  if (node.int('causal', 1) === 0) refuse(node, 'it is not causal (causal=0)');
  if (
    x[12] ||
    x[13] ||
    node.string('k_quant_type', 'NONE') !== 'NONE' ||
    node.string('v_quant_type', 'NONE') !== 'NONE'
  )
    refuse(node, 'its cache of keys and values is quantised');
  if (x[14] || x[15])
    refuse(
      node,
      'it normalises queries and keys itself (q_norm_weight), which ONNX Runtime does not do on a CPU either',
    );
}

/** [B, S, (N + 2·N_kv)·H] → Q, K, V. */
function unpacked(c: LoweringContext, heads: number, kvHeads: number): Value[] {
  const { g } = c;
  const packed = input(c, 0);
  const width = packed.shape?.at(-1);
  const perHead =
    typeof width === 'number'
      ? g.ints([width / (heads + 2 * kvHeads)])
      : g.div(g.shapePart(packed, 2), g.ints([heads + 2 * kvHeads]));
  const sizes =
    typeof width === 'number'
      ? g.ints([heads, kvHeads, kvHeads].map((n) => (n * width) / (heads + 2 * kvHeads)))
      : g.mul(perHead, g.ints([heads, kvHeads, kvHeads]));
  return g.ops('Split', [packed, sizes], 3, { axis: -1 });
}

interface Cache {
  /** int64 [1] T: how many keys the longest entry of the batch has. */
  readonly total: Value;
  /** int64 [B, 1]: how many of the past keys are real; a scalar 0 where there are none. */
  readonly past: Value;
  /** int64 [B or 1, S]: place of each query among the keys. */
  readonly queries: Value;
  /** bool [1]: nothing has been seen before. Left out where that is known. */
  readonly isPrompt?: Value;
}

const isEmpty = (past: Value | undefined): past is undefined => !past || past.shape?.[2] === 0;

/** The prompt stands from place 0 on (padding behind it); later steps end at seqlens_k. */
function cacheOf(c: LoweringContext, q: Value): Cache {
  const { g, x } = c;
  const steps = size(g, q, 2);
  const total = g.reshape(g.cast(input(c, 6), 'int64'), [1]);
  if (isEmpty(x[3])) return { total, past: g.scalar(0, 'int64'), queries: g.unsqueeze(positions(g, steps), [0]) };
  const lastPlace = g.reshape(g.cast(input(c, 5), 'int64'), [-1, 1]);
  const isPrompt = g.equal(total, steps);
  const past = g.where(isPrompt, g.ints([0]), g.sub(g.add(lastPlace, g.ints([1])), steps));
  return { total, past, queries: g.add(past, positions(g, steps)), isPrompt };
}

interface Behind {
  /** [B, N_kv, T, H]; what lies behind an entry's own length is arbitrary. */
  readonly seen: Value;
  /** [B, N_kv, max(T, size of the buffer), H]; zero behind an entry's own length. */
  readonly present: Value | undefined;
}

/** The real past keys (or values), the new ones right behind them, and nothing from there on. */
function behindPast(g: Builder, past: Value | undefined, now: Value, cache: Cache, isAsked: boolean): Behind {
  if (isEmpty(past)) return { seen: now, present: now };
  const steps = size(g, now, 2);
  const buffer = size(g, past, 2);
  const length = isAsked ? g.op('Max', [cache.total, buffer]) : cache.total;
  const place = positions(g, g.squeeze(length, [0]));
  const fresh = g.op('Min', [
    g.add(g.sub(place, cache.past), buffer),
    g.sub(g.add(buffer, steps), g.scalar(1, 'int64')),
  ]);
  const from = g.unsqueeze(g.where(g.less(place, cache.past), place, fresh), [1, 3]);
  const shape = g.concat([g.shapePart(now, 0, 2), length, g.shapePart(now, 3)], 0);
  const all = g.op('GatherElements', [g.concat([past, now], 2), g.expand(from, shape)], { axis: 2 });
  if (!isAsked) return { seen: all, present: undefined };
  const isReal = g.unsqueeze(g.less(place, g.add(cache.past, steps)), [1, 3]);
  return { seen: g.slice(all, 2, 0, cache.total), present: g.where(isReal, all, g.scalar(0)) };
}

/** Queries and keys stand at the same places; given places count from the first one in a prompt. */
function rotation(c: LoweringContext, q: Value, cache: Cache): (v: Value) => Value {
  const { g, node, x } = c;
  const [cosCache, sinCache] = [input(c, 7), input(c, 8)];
  const ids = x[9];
  const counted = ids && g.add(g.slice(g.reshape(ids, [1, -1]), 1, 0, 1), positions(g, size(g, q, 2)));
  const at = counted ? (cache.isPrompt ? g.where(cache.isPrompt, counted, ids) : counted) : cache.queries;
  const half = cosCache.shape?.[1];
  const perHead = q.shape?.[3];
  const partial = typeof half === 'number' && 2 * half !== perHead ? 2 * half : undefined;
  const [cos, sin] = [cosCache, sinCache].map((t) => g.unsqueeze(g.gather(t, at, 0), [1]));
  return (v) => rotate(g, v, { cos, sin, interleaved: node.int('rotary_interleaved', 0) === 1, dim: partial });
}
