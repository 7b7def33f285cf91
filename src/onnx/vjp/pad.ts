import { integersOf } from '../shapes/known';
import { place } from './place';
import { positions, scatterToSource } from './scatter';
import type { Vjp } from './rule';
import { rankOf, refuse } from './rule';
import { size } from './size';

/**
 * Pad: x̄ = ȳ padded by −pads, which cuts what was added; the constant's cotangent is Σ ȳ over what was added. In other modes every
 * copy adds its ȳ to where it came from.
 */
export const pad: Vjp = {
  op: 'Pad',
  cotangents({ g, node, x: [x, pads, , axesInput], ȳ }) {
    if (node.string('mode', 'constant') !== 'constant')
      return [
        () => {
          const source = g.op('Pad', [positions(g, x), pads, undefined, axesInput], node.attributes);
          return scatterToSource(g, ȳ, source, x);
        },
      ];
    const rank = rankOf(node, x);
    const axes = axesInput ? integersOf(axesInput) : Array.from({ length: rank }, (_, i) => i);
    if (!axes) return refuse(node, 'its axes are known at run time only');
    const numbers = integersOf(pads);
    const pad = (i: number) =>
      size(g, numbers && -numbers[i], () => g.neg(g.cast(g.slice(pads, 0, i, i + 1), 'int64')));
    const where = axes.map((a, i) => ({ axis: a < 0 ? a : a - rank, before: pad(i), after: pad(i + axes.length) }));
    const every = Array.from({ length: rank }, (_, i) => i + 1);
    return [
      () => place(g, ȳ, where),
      null,
      () => {
        const added = g.op('Pad', [g.fill(g.shape(x), 0), pads, g.scalar(1), axesInput]);
        return g.reduceSum(g.mul(ȳ, added), every);
      },
    ];
  },
};
