import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnsupportedModel } from '../../../src/shared/errors';
import { floatTensor, int64Tensor } from '../../../src/shared/tensor';
import type { VjpCase } from '../support/vjp-check';
import { checkVjp, randomTensor } from '../support/vjp-check';

const image = randomTensor([1, 2, 4, 4], 1);
const rois = floatTensor([1, 4], Float32Array.of(0, 0, 1, 1));

const refused: readonly (readonly [string, RegExp, VjpCase])[] = [
  [
    'ScatterND that multiplies',
    /its reduction is "mul"/,
    {
      op: 'ScatterND',
      inputs: [randomTensor([3], 1), int64Tensor([1, 1], [0]), randomTensor([1], 2)],
      attributes: { reduction: 'mul' },
    },
  ],
  [
    'Resize that keeps the aspect ratio',
    /aspect ratio/,
    {
      op: 'Resize',
      inputs: [image, null, null, int64Tensor([2], [8, 8])],
      wrt: [0],
      attributes: { keep_aspect_ratio_policy: 'not_larger', axes: [2, 3] },
    },
  ],
  [
    'Conv by its weights',
    /its weights depend on the input/,
    { op: 'Conv', inputs: [image, randomTensor([2, 2, 3, 3], 2)] },
  ],
  ['RoiAlign', /regions/, { op: 'RoiAlign', inputs: [image, rois, int64Tensor([1], [0])], wrt: [0] }],
  ['Unique', /which elements are kept/, { op: 'Unique', inputs: [randomTensor([3], 1)] }],
];

for (const [what, why, c] of refused)
  test(`${what} is refused with the node's name, the operator and the reason`, async () => {
    await assert.rejects(checkVjp(c), (error: Error) => {
      assert.ok(error instanceof UnsupportedModel);
      assert.match(error.message, why);
      assert.ok(error.message.startsWith(`Node "node" (${c.op}) has no gradient here: `));
      return true;
    });
  });
