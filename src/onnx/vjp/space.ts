import { foldLeading, unfoldLeading } from './leading';
import type { Vjp } from './rule';
import { fixed, reshapeTo, sizeOf } from './size';

/** DepthToSpace: x̄ = ȳ with each block gathered into channels; CRD counts channels before the places in a block, DCR after. */
export const depthToSpace: Vjp = {
  op: 'DepthToSpace',
  cotangents({ g, node, x: [x], y, ȳ }) {
    const blocksize = node.int('blocksize', 1);
    return [
      () => {
        const depth = g.op('SpaceToDepth', [foldLeading(g, ȳ)], { blocksize });
        if (node.string('mode', 'DCR') === 'DCR') return unfoldLeading(g, depth, ȳ, x);
        const blocks = [
          sizeOf(g, depth, 0),
          fixed(g, blocksize ** 2),
          sizeOf(g, y, 1),
          sizeOf(g, x, 2),
          sizeOf(g, x, 3),
        ];
        return unfoldLeading(g, g.transpose(reshapeTo(g, depth, blocks), [0, 2, 1, 3, 4]), ȳ, x);
      },
    ];
  },
};

/** SpaceToDepth: x̄ = ȳ with the channels spread over blocks. */
export const spaceToDepth: Vjp = {
  op: 'SpaceToDepth',
  cotangents: ({ g, node, x: [x], ȳ }) => [
    () => unfoldLeading(g, g.op('DepthToSpace', [foldLeading(g, ȳ)], { ...node.attributes, mode: 'DCR' }), ȳ, x),
  ],
};
