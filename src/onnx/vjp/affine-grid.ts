import { lengthOf } from '../shapes/known';
import { constant } from '../graph/tensor';
import type { Vjp } from './rule';
import { refuse } from './rule';

/** AffineGrid, y = θ · (p, 1) at every place p of the grid: θ̄ = Σ_p ȳ (p, 1)ᵀ. The grid of the identity tells p. */
export const affineGrid: Vjp = {
  op: 'AffineGrid',
  cotangents({ g, node, x: [, sizes], ȳ }) {
    const rank = lengthOf(sizes);
    if (rank === undefined) return refuse(node, 'the file does not tell whether its grid is flat');
    const d = rank - 2;
    const identity = Array.from({ length: d * (d + 1) }, (_, i) => (i % (d + 2) === 0 ? 1 : 0));
    return [
      () => {
        const theta = g.tensor(constant('float32', [1, d, d + 1], identity));
        const one = g.concat([g.ints([1]), g.slice(sizes, 0, 1, d + 2)], 0);
        const p = g.reshape(g.op('AffineGrid', [theta, one], node.attributes), [-1, d]);
        const affine = g.op('Pad', [p, g.ints([0, 0, 0, 1]), g.scalar(1)]);
        return g.matmul(g.reshape(ȳ, [0, 0, -1, d]), affine, { transA: true });
      },
    ];
  },
};
