/** A background that lines and tiles have to be seen on. */
export type Ground = 'dark' | 'light';

/**
 * The colour of each head, distinct for sixteen and more: hues go round the circle of OKLCH, and neighbours differ in lightness and in
 * chroma too, so that eyes which confuse two hues still have the lightness.
 *
 * @returns "#rrggbb"; every one has a contrast of at least 3 : 1 with VS Code's grounds of that kind
 */
export const headColour = (head: number, heads: number, ground: Ground): string => {
  const hue = 25 + (360 * (head % heads)) / Math.max(heads, 6);
  // Where the circle closes, the last head would have the lightness of the first.
  const ring = heads % 3 === 1 && head === heads - 1 ? 3 : head % 3;
  const [lightness, chroma] = rings[ground][ring]!;
  return hex(oklch(lightness, chroma, hue));
};

const rings: Readonly<Record<Ground, readonly (readonly [number, number])[]>> = {
  dark: [
    [0.72, 0.16],
    [0.88, 0.11],
    [0.6, 0.17],
    [0.8, 0.13],
  ],
  light: [
    [0.55, 0.17],
    [0.65, 0.15],
    [0.42, 0.13],
    [0.48, 0.16],
  ],
};

/** Björn Ottosson, "A perceptual color space for image processing" (2020): OKLCH to linear sRGB; chroma gives way where sRGB ends. */
function oklch(lightness: number, chroma: number, hue: number): [number, number, number] {
  const angle = (hue * Math.PI) / 180;
  for (let c = chroma; ; c -= 0.005) {
    const rgb = linear(lightness, c * Math.cos(angle), c * Math.sin(angle));
    if (c <= 0 || rgb.every((v) => v >= -1e-4 && v <= 1 + 1e-4)) return rgb;
  }
}

function linear(L: number, a: number, b: number): [number, number, number] {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const hex = (rgb: readonly number[]): string =>
  `#${rgb
    .map((v) => {
      const x = Math.min(1, Math.max(0, v));
      const encoded = x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055;
      return Math.round(255 * encoded)
        .toString(16)
        .padStart(2, '0');
    })
    .join('')}`;
