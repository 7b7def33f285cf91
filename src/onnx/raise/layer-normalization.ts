import { madeBy } from './match';
import type { Raise } from './rule';

/** LayerNormalization without a bias, + β. (What is left of the decomposed operator once `rmsNormalization` has found its core.) */
export const layerNormalization: Raise = {
  last: ['Add'],
  raise(g, last) {
    for (const [normalised, beta] of [last.inputs, [...last.inputs].reverse()]) {
      const node = madeBy(normalised, 'LayerNormalization');
      if (!node || beta?.rank !== 1 || node.inputs.length !== 2) continue;
      return g.op('LayerNormalization', [...node.inputs, beta], node.attributes);
    }
    return undefined;
  },
};
