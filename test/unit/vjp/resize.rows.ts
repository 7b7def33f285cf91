import fc from 'fast-check';
import { floatTensor, int64Tensor } from '../../../src/shared/tensor';
import type { VjpCase } from '../support/vjp-check';
import { randomTensor } from '../support/vjp-check';
import { setting } from './draws';
import { linear } from './structure.rows';
import type { Row } from './test-rows';

const floats = (...values: number[]) => floatTensor([values.length], Float32Array.from(values));
const ints = (...values: number[]) => int64Tensor([values.length], values);

const coordinates = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_crop_and_resize',
];
const roundings = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];

const geometry = fc.record({
  rank: fc.integer({ min: 2, max: 5 }),
  size: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 6 })),
  to: fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 })),
  by: fc.constantFrom('sizes', 'scales', 'axes'),
  fed: fc.boolean(),
});

const resizing = (
  name: string,
  attributes: fc.Arbitrary<Record<string, string | number | { float: number }>>,
  maxRank = 5,
): Row => ({
  name: `Resize, ${name}`,
  runs: 40,
  draw: fc.tuple(geometry, attributes, setting).map(([{ rank: drawn, size, to, by, fed }, attributes, s]): VjpCase => {
    const rank = Math.min(drawn, maxRank) === 3 ? 4 : Math.min(drawn, maxRank);
    const lead = [2, 1, 2].slice(0, rank - 2);
    // A volume's first axis is resized, too.
    const d = [...lead, ...size];
    const target = [...lead.slice(0, 2), ...lead.slice(2).map((n) => n + 1), ...to];
    const scales = target
      .map((t, i) => Math.max(t, 1) / d[i])
      .map((f, i) => (i < Math.min(2, lead.length) ? 1 : f * (s.symbolic && f === 1 ? 1 : 1.01)));
    const partial = by === 'axes' && attributes.coordinate_transformation_mode !== 'tf_crop_and_resize';
    const crop = attributes.coordinate_transformation_mode === 'tf_crop_and_resize';
    const roi = floats(...lead.map(() => 0), 0.1, 0.2, ...lead.map(() => 1), 0.8, 0.9);
    return {
      op: 'Resize',
      inputs: [
        randomTensor(d, s.seed),
        crop ? roi : null,
        by === 'scales' ? floats(...scales) : null,
        by === 'scales' ? null : partial ? ints(...to) : ints(...target),
      ],
      wrt: [0],
      fed: fed ? [by === 'scales' ? 2 : 3] : undefined,
      attributes: { ...attributes, ...(partial && { axes: [-2, -1] }) },
      ...linear,
      ...s,
    };
  }),
});

const mode = (extra: Record<string, fc.Arbitrary<string | number | { float: number }>>) =>
  fc.record({ coordinate_transformation_mode: fc.constantFrom(...coordinates), ...extra }) as fc.Arbitrary<
    Record<string, string | number | { float: number }>
  >;

export const resizeRows: readonly Row[] = [
  resizing('nearest', mode({ mode: fc.constant('nearest'), nearest_mode: fc.constantFrom(...roundings) })),
  resizing('linear', mode({ mode: fc.constant('linear') })),
  resizing(
    'cubic',
    mode({
      mode: fc.constant('cubic'),
      cubic_coeff_a: fc.constantFrom({ float: -0.75 }, { float: -0.5 }),
      exclude_outside: fc.nat(1),
    }),
    4,
  ),
  resizing(
    'antialiased',
    fc.record({
      mode: fc.constantFrom('linear', 'cubic'),
      antialias: fc.constant(1),
      coordinate_transformation_mode: fc.constantFrom('half_pixel', 'pytorch_half_pixel', 'asymmetric'),
    }),
    4,
  ),
];
