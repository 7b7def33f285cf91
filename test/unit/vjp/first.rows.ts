import fc from 'fast-check';
import type { Row } from './test-rows';
import { randomTensor } from '../support/vjp-check';

export const firstRows: readonly Row[] = [
  {
    name: 'Softmax over any axis',
    draw: fc
      .tuple(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.nat(9),
        fc.boolean(),
        fc.nat(1000),
      )
      .map(([dims, a, symbolic, seed]) => ({
        op: 'Softmax',
        inputs: [randomTensor(dims, seed)],
        attributes: { axis: (a % (2 * dims.length)) - dims.length },
        symbolic,
      })),
  },
];
