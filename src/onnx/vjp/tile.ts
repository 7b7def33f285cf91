import { contentOf } from '../shapes/known';
import type { Vjp } from './rule';
import { rankOf } from './rule';
import { reshapeTo, size, sizeOf } from './size';

/** Tile: x̄ = Σ over the copies of ȳ; an axis of r copies of n is [r, n]. */
export const tile: Vjp = {
  op: 'Tile',
  cotangents({ g, node, x: [x, repeats], ȳ }) {
    const copies = contentOf(repeats);
    const axes = Array.from({ length: rankOf(node, x) }, (_, axis) => ({
      n: sizeOf(g, x, axis),
      copies: size(g, copies?.[axis], () => g.slice(repeats, 0, axis, axis + 1)),
    }));
    const sizes = [sizeOf(g, ȳ, 0)];
    const summed: number[] = [];
    for (const { n, copies } of axes) {
      if (copies.dim !== 1) summed.push(sizes.push(copies) - 1);
      sizes.push(n);
    }
    return [() => (summed.length === 0 ? ȳ : g.reduceSum(reshapeTo(g, ȳ, sizes), summed))];
  },
};
