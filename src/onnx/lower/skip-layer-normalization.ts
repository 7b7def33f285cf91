import type { Lowering, LoweringContext } from './rule';
import { input } from './rule';
import type { Value } from '../graph/graph';

/** y = LayerNorm(x + skip + bias); the sum is the last output. */
export const skipLayerNormalization: Lowering = {
  op: 'com.microsoft:SkipLayerNormalization',
  lower(c) {
    const { g, node, x } = c;
    const sum = summed(c, x[4]);
    const epsilon = { float: node.float('epsilon', 1e-12) };
    const y = g.op('LayerNormalization', [sum, input(c, 2), x[3]], { axis: -1, epsilon });
    return [y, undefined, undefined, sum];
  },
};

/** y = RMSNorm(x + skip + bias); the sum is the last output. */
export const skipSimplifiedLayerNormalization: Lowering = {
  op: 'com.microsoft:SkipSimplifiedLayerNormalization',
  lower(c) {
    const { g, node, x } = c;
    const sum = summed(c, x[3]);
    const epsilon = { float: node.float('epsilon', 1e-12) };
    // An operator that ONNX Runtime adds to the standard domain, at every opset.
    const y = g.op('SimplifiedLayerNormalization', [sum, input(c, 2)], { axis: -1, epsilon });
    return [y, undefined, undefined, sum];
  },
};

function summed(c: LoweringContext, bias: Value | undefined): Value {
  const sum = c.g.add(input(c, 0), input(c, 1));
  return bias ? c.g.add(sum, bias) : sum;
}
