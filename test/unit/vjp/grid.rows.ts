import fc from 'fast-check';
import type { Tensor } from '../../../src/shared/tensor';
import { floatTensor, int64Tensor } from '../../../src/shared/tensor';
import type { VjpCase } from '../support/vjp-check';
import { randomTensor } from '../support/vjp-check';
import { dims, setting } from './draws';
import { linear } from './structure.rows';
import type { Row } from './test-rows';

const names = { 16: ['bilinear', 'nearest', 'bicubic'], 20: ['linear', 'nearest', 'cubic'] } as const;

/** A grid [2, ...points, axes] that points between the pixels of an image, up to two beyond its border. */
function gridBetween(points: readonly number[], sizes: readonly number[], aligned: boolean, seed: number): Tensor {
  const places = randomTensor([2, ...points, sizes.length], seed);
  return floatTensor(
    places.dims,
    Float32Array.from(places.data as Float32Array, (v, i) => {
      const n = sizes[sizes.length - 1 - (i % sizes.length)];
      const far = ((v + 1) / 2) * (n + 4);
      const pixel = Math.floor(far) - 2 + 0.3 + 0.4 * (far % 1);
      return aligned ? (2 * pixel) / (n - 1) - 1 : (2 * pixel + 1) / n - 1;
    }),
  );
}

/** The image alone is differentiated: the operator is linear in it. */
const sampling = (grid: boolean): Row => ({
  name: `GridSample by its ${grid ? 'grid' : 'image'}`,
  runs: 30,
  draw: fc
    .tuple(
      dims(2, 3, 4),
      dims(3, 3, 3),
      grid ? fc.constantFrom(0, 2) : fc.nat(2),
      fc.constantFrom('zeros', 'border', 'reflection'),
      fc.nat(1),
      fc.constantFrom<16 | 20>(16, 20),
      setting,
    )
    .map(([sizes, points, kind, padding_mode, align_corners, opset, s]): VjpCase => {
      // Only images are sampled by cubics, and volumes came with opset 20; a mirrored axis needs two pixels.
      const d = (kind === 2 || opset === 16 ? sizes.slice(0, 2) : sizes).map((n) => n + 1);
      return {
        op: 'GridSample',
        inputs: [
          randomTensor([2, 2, ...d], s.seed),
          gridBetween(points.slice(0, d.length), d, align_corners === 1, s.seed + 1),
        ],
        wrt: grid ? [1] : [0],
        attributes: { mode: names[opset][kind], padding_mode, align_corners },
        opset: opset === 16 ? 18 : opset,
        ...(grid ? { step: 0.02, tolerance: 5e-3 } : linear),
        ...s,
      };
    }),
});

export const gridRows: readonly Row[] = [
  sampling(false),
  sampling(true),
  {
    name: 'AffineGrid',
    runs: 20,
    draw: fc.tuple(dims(2, 3, 4), fc.nat(1), fc.boolean(), setting).map(([sizes, align_corners, fed, s]) => ({
      op: 'AffineGrid',
      inputs: [
        randomTensor([2, sizes.length, sizes.length + 1], s.seed),
        int64Tensor([2 + sizes.length], [2, 3, ...sizes]),
      ],
      fed: fed ? [1] : undefined,
      attributes: { align_corners },
      opset: 20,
      ...linear,
      ...s,
    })),
  },
];
