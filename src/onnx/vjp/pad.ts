import { integersOf } from '../shapes/known';
import { positions, scatterToSource } from './scatter';
import type { Vjp } from './rule';
import { rankOf, refuse } from './rule';

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
    const back = numbers ? g.ints(numbers.map((n) => -n)) : g.neg(pads);
    const every = Array.from({ length: rank }, (_, i) => i + 1);
    return [
      () => g.op('Pad', [ȳ, back, undefined, g.ints(axes.map((a) => (a < 0 ? a + rank : a) + 1))]),
      null,
      () => {
        const added = g.op('Pad', [g.fill(g.shape(x), 0), pads, g.scalar(1), axesInput]);
        return g.reduceSum(g.mul(ȳ, added), every);
      },
    ];
  },
};
