import fc from 'fast-check';
import type { Tensor } from '../../../src/shared/tensor';
import { elementCount, floatTensor, int64Tensor } from '../../../src/shared/tensor';
import type { VjpCase } from '../support/vjp-check';
import { randomTensor } from '../support/vjp-check';
import { bytes, setting, wholeNumbers } from './draws';
import { linear } from './structure.rows';
import type { Row } from './test-rows';

/** A window along each of 1–3 spatial axes, and sizes that it fits into. */
export const window = (maxRank = 3) =>
  fc.integer({ min: 1, max: maxRank }).chain((rank) =>
    fc
      .record({
        axes: fc.array(
          fc.record({
            kernel: fc.integer({ min: 1, max: 3 }),
            stride: fc.integer({ min: 1, max: 3 }),
            dilation: fc.integer({ min: 1, max: 2 }),
            begin: fc.nat(2),
            end: fc.nat(2),
            extra: fc.nat(4),
          }),
          { minLength: rank, maxLength: rank },
        ),
        autoPad: fc.constantFrom(undefined, undefined, undefined, 'VALID', 'SAME_UPPER', 'SAME_LOWER'),
      })
      .map(({ axes, autoPad }) => ({
        rank,
        kernel: axes.map((a) => a.kernel),
        // The runtime knows SAME without dilations alone, and wants no window to be left out.
        strides: axes.map((a) => (autoPad?.startsWith('SAME') ? Math.min(a.stride, a.kernel) : a.stride)),
        dilations: axes.map((a) => (autoPad?.startsWith('SAME') ? 1 : a.dilation)),
        // Pooling wants pads smaller than the kernel.
        pads: [...axes.map((a) => Math.min(a.begin, a.kernel - 1)), ...axes.map((a) => Math.min(a.end, a.kernel - 1))],
        sizes: axes.map((a) => a.dilation * (a.kernel - 1) + 1 + a.extra),
        autoPad,
      })),
  );

type Drawn = ReturnType<typeof window> extends fc.Arbitrary<infer T> ? T : never;

export const attributesOf = ({ kernel, strides, dilations, pads, autoPad }: Drawn) => ({
  kernel_shape: kernel,
  strides,
  dilations,
  ...(autoPad ? { auto_pad: autoPad } : { pads }),
});

export const convRows: readonly Row[] = [
  {
    name: 'Conv of 1 to 3 axes with groups, dilations, strides and paddings',
    runs: 40,
    draw: fc.tuple(window(), fc.constantFrom(1, 2), fc.boolean(), setting).map(([w, group, bias, s]): VjpCase => ({
      op: 'Conv',
      inputs: [
        randomTensor([2, 2 * group, ...w.sizes], s.seed),
        randomTensor([3 * group, 2, ...w.kernel], s.seed + 1),
        bias ? randomTensor([3 * group], s.seed + 2) : null,
      ],
      wrt: bias ? [0, 2] : [0],
      attributes: { group, ...attributesOf(w) },
      ...linear,
      ...s,
    })),
  },
  {
    name: 'Conv with attributes left out',
    draw: setting.map((s) => ({
      op: 'Conv',
      inputs: [randomTensor([1, 2, 5, 4], s.seed), randomTensor([3, 2, 3, 2], s.seed + 1)],
      wrt: [0],
      ...linear,
      ...s,
    })),
  },
  {
    name: 'ConvTranspose of 1 to 3 axes',
    runs: 40,
    draw: fc
      .tuple(window(), fc.constantFrom(1, 2), fc.constantFrom('none', 'padding', 'shape'), fc.boolean(), setting)
      .map(([w, group, more, bias, s]): VjpCase => {
        const extra = w.strides.map((stride) => (more === 'padding' ? stride - 1 : 0));
        const whole = w.sizes.map((n, i) => (n - 1) * w.strides[i] + w.dilations[i] * (w.kernel[i] - 1) + 1);
        const { pads, auto_pad, ...rest } = attributesOf(w) as ReturnType<typeof attributesOf> & {
          pads?: number[];
          auto_pad?: string;
        };
        // SAME asks for stride·n, which fewer windows than that cannot fill.
        const fits = w.kernel.every((k, i) => w.dilations[i] * (k - 1) + 1 >= w.strides[i]);
        const autoPad = auto_pad?.startsWith('SAME') && !fits ? 'VALID' : auto_pad;
        return {
          op: 'ConvTranspose',
          inputs: [
            randomTensor([2, 2 * group, ...w.sizes], s.seed),
            randomTensor([2 * group, 3, ...w.kernel], s.seed + 1),
            bias ? randomTensor([3 * group], s.seed + 2) : null,
          ],
          wrt: bias ? [0, 2] : [0],
          attributes: {
            group,
            ...rest,
            ...(more === 'shape'
              ? { output_shape: whole.map((n, i) => Math.max(1, n - (i % 2) - 1)) }
              : pads && { pads }),
            ...(more === 'padding' && { output_padding: extra }),
            ...(autoPad && { auto_pad: autoPad }),
          },
          ...linear,
          ...s,
        };
      }),
  },
  {
    name: 'Col2Im',
    runs: 20,
    // Of several channels along one axis the runtime (1.30) adds the wrong numbers.
    draw: fc
      .tuple(
        window(2).filter((w) => w.rank === 2),
        setting,
      )
      .map(([w, s]) => {
        const blocks = w.sizes.map((n, i) =>
          Math.floor((n + w.pads[i] + w.pads[i + w.rank] - w.dilations[i] * (w.kernel[i] - 1) - 1) / w.strides[i] + 1),
        );
        return {
          op: 'Col2Im',
          inputs: [
            randomTensor([2, 3 * elementCount(w.kernel), elementCount(blocks)], s.seed),
            int64Tensor([w.rank], w.sizes),
            int64Tensor([w.rank], w.kernel),
          ],
          attributes: { strides: w.strides, dilations: w.dilations, pads: w.pads },
          ...linear,
          ...s,
        };
      }),
  },
  {
    name: 'ConvInteger and QLinearConv, straight through',
    runs: 12,
    draw: fc
      .tuple(fc.boolean(), fc.boolean(), setting)
      .map(([linearised, perOutput, s]): VjpCase => integerConv(linearised, linearised && perOutput, s)),
  },
];

/** Straight through: the reference is the convolution, along one axis, of the real numbers that the integers stand for. */
function integerConv(
  linearised: boolean,
  perOutput: boolean,
  s: { seed: number; k: number; symbolic: boolean },
): VjpCase {
  const [n, c, length, m, size] = [2, 3, 5, 2, 3];
  const x = bytes('uint8', [n, c, length], wholeNumbers(n * c * length, s.seed, 0, 255));
  const w = bytes('int8', [m, c, size], wholeNumbers(m * c * size, s.seed + 1, -128, 127));
  const channels = perOutput ? [m] : [];
  const w0 = bytes('int8', channels, wholeNumbers(elementCount(channels), s.seed + 2, -9, 9));
  const scale = linearised ? randomTensor(channels, s.seed + 3, 0.1, 1) : floatTensor([], Float32Array.of(1));
  const [x0, y0] = [bytes('uint8', [], [7]), bytes('uint8', [], [3])];
  const [xScale, yScale] = [0.25, 0.5].map((v) => floatTensor([], Float32Array.of(v)));
  const of = (t: Tensor, channel: number) => Number(t.data[perOutput ? channel : 0]);
  const y = (input: Tensor | null): Tensor => {
    const places = length - size + 1;
    const out = new Float32Array(n * m * places);
    for (let b = 0; b < n; b++)
      for (let o = 0; o < m; o++)
        for (let p = 0; p < places; p++)
          for (let i = 0; i < c; i++)
            for (let j = 0; j < size; j++) {
              const weight = (Number(w.data[(o * c + i) * size + j]) - of(w0, o)) * (linearised ? of(scale, o) : 1);
              out[(b * m + o) * places + p] += (Number(input!.data[(b * c + i) * length + p + j]) - 7) * weight;
            }
    return floatTensor([n, m, places], linearised ? out.map((v) => (v * 0.25) / 0.5) : out);
  };
  return {
    op: linearised ? 'QLinearConv' : 'ConvInteger',
    inputs: linearised ? [x, xScale, x0, w, scale, w0, yScale, y0] : [x, w, x0, w0],
    wrt: [0],
    reference: ([input]) => [y(input)],
    step: 0.5,
    tolerance: 5e-4,
    ...s,
  };
}
