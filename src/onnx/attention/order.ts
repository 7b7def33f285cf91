import type { Streams } from './streams';

/**
 * Streams one after the other, as a model runs them: a stream that others look at or are made of comes before them, and of two that do not look at
 * each other the one that starts from pixels comes first. Optimizers interleave independent streams in the file; streams that
 * look at each other keep the file's order.
 */
export function inModelOrder(streams: Streams): Streams {
  const groups = groupsOf(streams);
  const order = streams.sites
    .map((_, i) => i)
    .sort((a, b) => groups[streams.queryStream[a]] - groups[streams.queryStream[b]] || a - b);
  return {
    sites: order.map((i) => streams.sites[i]),
    queryStream: order.map((i) => streams.queryStream[i]),
    keyStream: order.map((i) => streams.keyStream[i]),
    joined: streams.joined,
    inputs: streams.inputs,
  };
}

/** A rank for each stream. */
function groupsOf(streams: Streams): number[] {
  const count = streams.inputs.length;
  const direct = Array.from(
    { length: count },
    (_, s) =>
      new Set([
        ...streams.sites.flatMap((_, i) => (streams.queryStream[i] === s ? [streams.keyStream[i]] : [])),
        ...streams.joined[s],
      ]),
  );
  const reaches = (from: number, to: number, seen = new Set<number>()): boolean => {
    if (seen.has(from)) return false;
    seen.add(from);
    return [...direct[from]].some((s) => s >= 0 && (s === to || reaches(s, to, seen)));
  };
  // Streams that look at each other share a rank.
  const leader = Array.from({ length: count }, (_, s) => {
    for (let o = 0; o < s; o++) if (reaches(s, o) && reaches(o, s)) return o;
    return s;
  });
  const pending = [...new Set(leader)].sort(
    (a, b) => Number(startsFromPixels(streams, b)) - Number(startsFromPixels(streams, a)) || a - b,
  );
  const rank = new Map<number, number>();
  while (pending.length > 0) {
    const ready = pending.findIndex((s) => pending.every((o) => o === s || !reaches(s, o)));
    const [next] = pending.splice(Math.max(ready, 0), 1);
    rank.set(next, rank.size);
    // What only looks at it (a pooling head) follows at once.
    const pool = pending.findIndex((s) => streams.inputs[s].length === 0 && reaches(s, next));
    if (pool >= 0) rank.set(pending.splice(pool, 1)[0], rank.size);
  }
  return leader.map((s) => rank.get(s) as number);
}

const startsFromPixels = (streams: Streams, s: number): boolean =>
  streams.inputs[s].some((v) => v.dtype === 'float32' && (v.rank === 4 || /pixel|image/i.test(v.name)));
