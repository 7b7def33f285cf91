import { multiply } from '../graph/dims';
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { band, every, lowest, penalty } from './masks';
import type { LoweringContext } from './rule';
import { rankOf, refuse } from './rule';
import { positions, size } from './sizes';

/**
 * The mask of Attention and MultiHeadAttention: mask_filter_value at keys that the mask hides, and the lowest number instead at keys
 * that a unidirectional query must not see.
 * @param q [B, N, S, H]
 * @param k past and new keys, [B, N, T, H]
 * @returns what is added to the scores, or undefined
 */
export function joinedMask(c: LoweringContext, mask: Value | undefined, q: Value, k: Value): Value | undefined {
  const { g, node } = c;
  const filter = node.float('mask_filter_value', -10000);
  const seen = mask && visible(c, mask, q, k);
  const padding = seen && penalty(g, seen, filter);
  if (node.int('unidirectional', 0) === 0) return padding;
  const keys = size(g, k, 2);
  const queries = size(g, q, 2);
  const past = g.sub(keys, queries);
  const causal = band(g, g.unsqueeze(g.add(positions(g, queries), past), [1]), positions(g, keys), {
    right: 0,
  }) as Value;
  return g.where(causal, padding ?? g.scalar(0), g.scalar(lowest));
}

/** bool, broadcasts to [B, N, S, T]; undefined for a mask that says the same of all keys. */
function visible({ g, node }: LoweringContext, mask: Value, q: Value, k: Value): Value | undefined {
  switch (rankOf(node, mask)) {
    case 1:
      return g.unsqueeze(withinLengths(g, mask, q, k), [1, 2]);
    case 2:
      // [B, 1]: one value for all keys changes no softmax; the runtime ignores it too.
      if (mask.shape?.[1] === 1 && k.shape?.[2] !== 1) return undefined;
      return g.unsqueeze(positive(g, mask), [1, 2]);
    case 3:
      return g.unsqueeze(positive(g, mask), [1]);
    case 4: {
      // [B, 1, M, M], M ≥ T: the last S of the first T rows.
      const keys = g.reshape(size(g, k, 2), [1]);
      const rows = g.slice(mask, 2, g.sub(keys, g.reshape(size(g, q, 2), [1])), keys);
      return positive(g, g.slice(rows, 3, 0, keys));
    }
    default:
      return refuse(node, `its mask "${mask.name}" has ${mask.rank} axes`);
  }
}

const positive = (g: Builder, mask: Value): Value => g.greater(mask, g.scalar(0, mask));

/** A mask of numbers: [B] ends, exclusive; [2B] ends, then starts; [3B + 2] ends, then what tells packed sequences apart. → bool [B, T] */
function withinLengths(g: Builder, mask: Value, q: Value, k: Value): Value {
  const batch = q.shape?.[0];
  const length = mask.shape?.[0];
  const one = g.shapePart(q, 0, 1);
  const keys = positions(g, size(g, k, 2));
  const all = g.cast(mask, 'int64');
  const known = batch !== undefined && length !== undefined;
  const isEnds = known && length === batch;
  const isBoth = known && length === multiply(2, batch);
  const ends = isEnds ? all : g.slice(all, 0, 0, one);
  const before = g.less(keys, g.unsqueeze(ends, [1]));
  if (isEnds || (typeof length === 'number' && typeof batch === 'number' && !isBoth)) return before;
  // Where the file does not tell [B] from [2B], zeros behind the numbers make [B] read as starts of 0.
  const padded = isBoth ? all : g.concat([all, g.mul(all, g.scalar(0, 'int64'))], 0);
  const starts = g.slice(padded, 0, one, g.mul(one, g.ints([2])));
  return every(g, [before, g.op('GreaterOrEqual', [keys, g.unsqueeze(starts, [1])])]) as Value;
}
