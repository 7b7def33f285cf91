import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { contentOf } from '../shapes/known';
import { zerosWithLeading } from './leading';
import { place } from './place';
import type { Vjp } from './rule';
import { axisFromEnd, rankOf } from './rule';
import type { Size } from './size';
import { fromStart, minus, product, reshapeTo, size, sizeOf, sizesOf } from './size';

/** Gather, y_i = x_{index_i}: x̄_j = Σ_{i: index_i = j} ȳ_i; for one index, or a run of them, that is ȳ with zeros around it. */
export const gather: Vjp = {
  op: 'Gather',
  cotangents({ g, node, x: [x, indices], ȳ }) {
    const axis = axisFromEnd(node, x, node.int('axis', 0));
    return [
      () => {
        const picked = alongOneAxis(g, ȳ, axis, rankOf(node, x), rankOf(node, indices));
        const n = sizeOf(g, x, axis);
        const first = firstOfRun(g, indices, n);
        if (first) {
          const after = minus(g, minus(g, n, first), sizeOf(g, picked, axis));
          return place(g, picked, [{ axis, before: first, after }]);
        }
        const behind = Array.from({ length: -1 - axis }, (_, i) => i + 1);
        const index = g.expand(g.unsqueeze(g.reshape(indices, [-1]), behind), g.shape(picked));
        return g.op('ScatterElements', [zerosWithLeading(g, ȳ, x), index, picked], { axis, reduction: 'add' });
      },
    ];
  },
};

/** ȳ with the axes of the indices made one: [K, …before, indices, …behind]. */
function alongOneAxis(g: Builder, ȳ: Value, axis: number, rank: number, indexRank: number): Value {
  if (indexRank === 1) return ȳ;
  if (indexRank === 0) return g.unsqueeze(ȳ, [axis]);
  const at = 1 + rank + axis;
  const end = rank + indexRank;
  return reshapeTo(g, ȳ, [
    ...sizesOf(g, ȳ, 0, at),
    product(g, sizesOf(g, ȳ, at, at + indexRank)),
    ...sizesOf(g, ȳ, at + indexRank, end),
  ]);
}

/** Where the picked places begin, if they are known to follow each other. */
function firstOfRun(g: Builder, indices: Value, n: Size): Size | undefined {
  const known = contentOf(indices);
  const one = indices.shape?.every((d) => d === 1);
  if (
    !one &&
    !(known && known.length > 0 && known.every((k, i) => typeof k === 'number' && k === Number(known[0]) + i))
  )
    return undefined;
  const first = known?.[0];
  if (!one && typeof first === 'number' && first < 0 && first + (known?.length ?? 0) > 0) return undefined;
  return fromStart(
    g,
    size(g, first, () => g.cast(g.reshape(indices, [1]), 'int64')),
    n,
  );
}
