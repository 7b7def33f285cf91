import type { Lowering } from './rule';
import { input } from './rule';
import { positions, size } from './sizes';

/** y = LayerNorm(word[ids] + position[places] + segment[segments]). mask_index counts the ones of each row of the mask. */
export const embedLayerNormalization: Lowering = {
  op: 'com.microsoft:EmbedLayerNormalization',
  lower(c) {
    const { g, node, x } = c;
    const ids = input(c, 0);
    const places = x[8] ?? positions(g, size(g, ids, 1));
    const words = g.gather(input(c, 2), ids, 0);
    const placed = g.add(words, g.gather(input(c, 3), places, 0));
    const sum = x[1] && x[4] ? g.add(placed, g.gather(x[4], x[1], 0)) : placed;
    const epsilon = { float: node.float('epsilon', 1e-12) };
    const y = g.op('LayerNormalization', [sum, input(c, 5), input(c, 6)], { axis: -1, epsilon });
    const mask = x[7];
    const counted = () =>
      mask
        ? g.reduceSum(g.cast(g.equal(mask, g.scalar(1, mask)), 'int32'), [1])
        : g.fill(g.shapePart(ids, 0, 1), 0, 'int32');
    return [y, node.outputs[1] && counted(), sum];
  },
};
