import { contentOf } from '../shapes/known';
import { place } from './place';
import type { Vjp } from './rule';
import { axisFromEnd, rankOf, refuse } from './rule';
import type { Size } from './size';
import { fixed, list, size, sizeOf, sizesOf, sum } from './size';

/** Split: x̄ is the ȳ_i side by side, zero where an output leads nowhere. */
export const split: Vjp = {
  op: 'Split',
  cotangents({ g, node, x: [x, sizes], cotangent }) {
    const axis = axisFromEnd(node, x, node.int('axis', 0));
    const count = node.outputs.length;
    const part = (i: number): Size => {
      const y = node.outputs[i];
      if (y) return sizeOf(g, y, axis);
      if (sizes) return size(g, contentOf(sizes)?.[i], () => g.slice(sizes, 0, i, i + 1));
      const n = sizeOf(g, x, axis).dim;
      if (typeof n !== 'number') return refuse(node, 'an output is left out whose size only the run tells');
      const chunk = Math.ceil(n / count);
      return fixed(g, Math.max(0, Math.min(chunk, n - i * chunk)));
    };
    const given = node.outputs.flatMap((_, i) => (cotangent(i) ? [i] : []));
    const [first, last] = [given[0], given[given.length - 1]];
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

    return [
      () => {
        const ȳ = cotangent(first)!;
        const zeros = (i: number) => {
          const shape = sizesOf(g, ȳ, 0, 1 + rankOf(node, x));
          shape.splice(axis, 1, part(i));
          return g.fill(list(g, shape), 0);
        };
        const middle = g.concat(
          range(first, last + 1).map((i) => cotangent(i) ?? zeros(i)),
          axis,
        );
        const before = sum(g, range(0, first).map(part));
        const after = sum(g, range(last + 1, count).map(part));
        return place(g, middle, [{ axis, before, after }]);
      },
    ];
  },
};
