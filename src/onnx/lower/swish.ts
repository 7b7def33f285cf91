import type { Lowering } from './rule';
import { input } from './rule';

/** Swish (opset 24): x σ(αx), which is QuickGelu; ONNX Runtime 1.30 runs Swish at opset 24 alone. */
export const swish: Lowering = {
  op: 'Swish',
  lower: (c) => [c.g.op('QuickGelu', [input(c, 0)], { alpha: { float: c.node.float('alpha', 1) } }, 'com.microsoft')],
};
