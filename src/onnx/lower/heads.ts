import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';

/** [B, S, N·H] → [B, N, S, H]. */
export function splitHeads(g: Builder, x: Value, heads: number): Value {
  const width = x.shape?.at(-1);
  const perHead = typeof width === 'number' ? width / heads : -1;
  return g.transpose(g.reshape(x, [0, 0, heads, perHead]), [0, 2, 1, 3]);
}

/** [B, N, S, H] → [B, S, N·H]. */
export function mergeHeads(g: Builder, x: Value): Value {
  const [heads, perHead] = [x.shape?.[1], x.shape?.[3]];
  const width = typeof heads === 'number' && typeof perHead === 'number' ? heads * perHead : -1;
  return g.reshape(g.transpose(x, [0, 2, 1, 3]), [0, 0, width]);
}

/** K or V of grouped queries, [B, N, T, H] → [B, N·times, T, H]: each head stands `times` times in a row. */
export function repeatHeads(g: Builder, x: Value, times: number | Value): Value {
  if (times === 1) return x;
  const five =
    typeof times === 'number'
      ? g.ints([1, 1, times, 1, 1])
      : g.concat([g.ints([1, 1]), g.reshape(times, [1]), g.ints([1, 1])], 0);
  const [, heads, keys, perHead] = x.shape ?? [];
  const merged = typeof heads === 'number' && typeof times === 'number' ? heads * times : -1;
  const tail =
    typeof keys === 'number' && typeof perHead === 'number'
      ? g.ints([0, merged, keys, perHead])
      : g.concat([g.ints([0, merged]), g.shapePart(x, 2)], 0);
  return g.reshape(g.expand(g.unsqueeze(x, [2]), five), tail);
}

/** past and present states are [B, N, T, H]; the new keys stand behind the old ones. */
export const append = (g: Builder, past: Value | undefined, now: Value): Value =>
  past && past.shape?.[2] !== 0 ? g.concat([past, now], 2) : now;
