import { sameShape } from '../graph/dims';
import { madeBy } from './match';
import type { Raise } from './rule';

/** LayerNormalization without a bias, + β. (What is left of the decomposed operator once `rmsNormalization` has found its core.) */
export const layerNormalization: Raise = {
  last: ['Add'],
  raise(g, last) {
    for (const [normalised, beta] of [last.inputs, [...last.inputs].reverse()]) {
      const node = madeBy(normalised, 'LayerNormalization');
      const gamma = node?.inputs[1];
      if (!node || node.inputs.length !== 2 || !gamma?.shape || !beta?.shape) continue;
      if (!sameShape(beta.shape, gamma.shape)) continue;
      return g.op('LayerNormalization', [...node.inputs, beta], node.attributes);
    }
    return undefined;
  },
};
