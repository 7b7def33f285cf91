import type { Vjp } from './rule';
import { refuse } from './rule';
import { constant } from '../graph/tensor';

/** LRN, y = x ⊙ s^(−β) with s = k + α/n W x²: x̄ = ȳ ⊙ s^(−β) − 2αβ/n x ⊙ Wᵀ(ȳ ⊙ y / s). W sums the n channels around each. */
export const lrn: Vjp = {
  op: 'LRN',
  cotangents({ g, node, x: [x], y, ȳ }) {
    const channels = x.shape?.[1];
    if (typeof channels !== 'number') refuse(node, 'the number of its channels cannot be told from the file');
    const n = node.int('size', 1);
    const [α, β] = [node.float('alpha', 1e-4), node.float('beta', 0.75)];
    const near = (i: number, j: number) => j >= i - Math.floor((n - 1) / 2) && j <= i + Math.ceil((n - 1) / 2);
    const band = Array.from({ length: channels ** 2 }, (_, k) =>
      near(Math.floor(k / channels), k % channels) ? 1 : 0,
    );
    const window = g.tensor(constant('float32', [channels, channels], band));
    const flat = g.reshape(x, [0, 0, -1]);
    const sums = g.matmul(window, g.square(flat));
    const s = g.shift(g.scale(sums, α / n), node.float('bias', 1));
    const [flatȲ, flatY] = [g.reshape(ȳ, [0, 0, 0, -1]), g.reshape(y, [0, 0, -1])];
    return [
      () => {
        const others = g.matmul(window, g.mul(flatȲ, g.div(flatY, s)), { transA: true });
        const direct = g.mul(flatȲ, g.pow(s, g.scalar(-β)));
        return g.reshapeBehindLeading(g.sub(direct, g.mul(g.scale(flat, (2 * α * β) / n), others)), x);
      },
    ];
  },
};
