import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headColour, type Ground } from '../../src/shared/colour/head-colours';

const linear = (hex: string): number[] =>
  [1, 3, 5].map((at) => {
    const v = parseInt(hex.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });

/** WCAG 2. */
const luminance = (hex: string): number => {
  const [r, g, b] = linear(hex) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

/** OKLab, where distances are even; ΔE of 0.02 is just seen. */
const oklab = (hex: string): number[] => {
  const [r, g, b] = linear(hex) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
};
const apart = (a: string, b: string): number => Math.hypot(...oklab(a).map((v, i) => v - oklab(b)[i]!));

const grounds: Readonly<Record<Ground, readonly string[]>> = { dark: ['#1f1f1f', '#000000'], light: ['#ffffff'] };

for (const ground of ['dark', 'light'] as const)
  for (const heads of [6, 8, 12, 13, 16]) {
    const colours = Array.from({ length: heads }, (_, head) => headColour(head, heads, ground));
    test(`${heads} heads on ${ground}: distinct, and seen on the ground`, () => {
      for (const colour of colours) {
        assert.match(colour, /^#[0-9a-f]{6}$/);
        for (const behind of grounds[ground]) assert.ok(contrast(colour, behind) >= 3, `${colour} on ${behind}`);
      }
      for (let i = 0; i < heads; i++)
        for (let j = 0; j < i; j++)
          assert.ok(apart(colours[i]!, colours[j]!) > 0.07, `${colours[i]} and ${colours[j]} of ${i}, ${j}`);
    });
  }
