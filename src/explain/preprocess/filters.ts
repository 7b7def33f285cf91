/** Pillow's resampling kernels and their fixed-point weights (src/libImaging/Resample.c). */

/** PIL.Image.Resampling, at the index of its code. */
export const resamplings = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'] as const;

export type Resampling = (typeof resamplings)[number];

interface Kernel {
  /** Half width, in source pixels where the image grows, in target pixels where it shrinks. */
  readonly support: number;
  at(x: number): number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

export const filters: Readonly<Record<Exclude<Resampling, 'nearest'>, Kernel>> = {
  box: { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    support: 1,
    at(x) {
      if (x === 0) return 1;
      if (Math.abs(x) >= 1) return 0;
      const a = Math.abs(x) * Math.PI;
      return (Math.sin(a) / a) * (Math.fround(0.54) + Math.fround(0.46) * Math.cos(a)); // C floats there, so rounded here
    },
  },
  bicubic: {
    support: 2,
    at(x) {
      const a = -0.5;
      const d = Math.abs(x);
      if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
      if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
      return 0;
    },
  },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** What makes each target pixel along one axis: the source pixels [starts[i], ends[i]) with weights[i × stride …], in units of 2⁻²². */
export interface Contributions {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly weights: Int32Array;
  readonly stride: number;
}

/** 8 bits for the pixel and 2 for the overshoot leave 22 of 32 (PRECISION_BITS). */
const one = 2 ** 22;

/** precompute_coeffs and normalize_coeffs_8bpc, for the target pixels [first, first + count) of `outSize`. */
export function contributions(
  kernel: Kernel,
  inSize: number,
  outSize: number,
  first: number,
  count: number,
): Contributions {
  const scale = inSize / outSize;
  const stretch = Math.max(scale, 1);
  const support = kernel.support * stretch;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  const weights = new Int32Array(count * stride);
  const exact = new Float64Array(stride);
  for (let i = 0; i < count; i++) {
    const centre = (first + i + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - support + 0.5), 0);
    const end = Math.min(Math.trunc(centre + support + 0.5), inSize);
    let sum = 0;
    for (let s = start; s < end; s++) {
      exact[s - start] = kernel.at((s - centre + 0.5) * (1 / stretch));
      sum += exact[s - start]!;
    }
    for (let j = 0; j < end - start; j++) {
      const w = sum === 0 ? exact[j]! : exact[j]! / sum;
      weights[i * stride + j] = Math.trunc(w * one + (w < 0 ? -0.5 : 0.5));
    }
    starts[i] = start;
    ends[i] = end;
  }
  return { starts, ends, weights, stride };
}
