import { isAlongLastAxis, uncentred } from './match';
import type { Raise } from './rule';

/** RMSNormalization of x − mean x: LayerNormalization, as PyTorch's exporter writes one without a bias at opset 23 (Cohere). */
export const centredNormalization: Raise = {
  last: ['RMSNormalization'],
  raise(g, last) {
    const [input, gamma] = last.inputs;
    const x = uncentred(input);
    const axis = last.int('axis', -1);
    if (!x || !isAlongLastAxis(gamma, x) || (axis !== -1 && axis + 1 !== x.rank)) return undefined;
    return g.op('LayerNormalization', [x, gamma], last.attributes);
  },
};
