import { integersOf } from '../shapes/known';
import { windowOf } from '../shapes/window';
import { constant } from '../graph/tensor';
import { foldChannels, unfoldLeading } from './leading';
import type { Vjp } from './rule';
import { refuse } from './rule';

/** Col2Im adds overlapping blocks: x̄ reads each block out of ȳ, a convolution whose kernels are the places in a block. */
export const col2Im: Vjp = {
  op: 'Col2Im',
  cotangents({ g, node, x: [x, , blockShape], ȳ }) {
    const block = integersOf(blockShape);
    if (!block) return refuse(node, 'the size of its blocks is known at run time only');
    const { strides, dilations, pads } = windowOf(node, block.length, block);
    const n = block.reduce((a, b) => a * b, 1);
    return [
      () => {
        const identity = Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
        const places = g.tensor(constant('float32', [n, 1, ...block], identity));
        const blocks = g.op('Conv', [foldChannels(g, ȳ), places], { strides, dilations, pads, kernel_shape: block });
        return unfoldLeading(g, blocks, ȳ, x);
      },
    ];
  },
};
