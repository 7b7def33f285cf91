import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { colourMaps, diverging } from '../../src/shared/colour/maps';
import { heatPixels } from '../../src/shared/heat-layer';
import { heatLines, heatSteps, visibleCrop, type HeatField } from '../../src/shared/heat-lines';
import { cropEdge, paintOverlay } from '../../src/shared/paint';

const field = (over: Partial<HeatField>): HeatField => ({
  map: [0, 1],
  grid: [1, 2],
  crop: { x: 0, y: 0, width: 8, height: 2 },
  top: 1,
  signed: false,
  smooth: true,
  ...over,
});

const lines = (heat: HeatField, width: number, height: number): { steps: number[]; repeated: boolean }[] => {
  const out: { steps: number[]; repeated: boolean }[] = [];
  heatLines(heat, visibleCrop(heat.crop, { width, height }), (_, steps, repeated) =>
    out.push({ steps: [...steps], repeated }),
  );
  return out;
};

test('steps lie between patch centres as torch’s bilinear interpolation puts them', () => {
  // torch.nn.functional.interpolate([0, 1], 8, mode='bilinear', align_corners=False)
  const expected = [0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1].map((t) => Math.floor(t * heatSteps + 0.5));
  const [first, second] = lines(field({}), 8, 2);
  assert.deepEqual(first!.steps, expected);
  assert.deepEqual(second, { steps: expected, repeated: true });
});

test('patches are squares where heat is not smooth', () => {
  assert.deepEqual(lines(field({ smooth: false }), 8, 2)[0]!.steps, [0, 0, 0, 0, 1024, 1024, 1024, 1024]);
});

test('what is no number is zero; what exceeds the top has the last step; nothing to draw, no line', () => {
  const steps = (map: number[], signed: boolean) =>
    lines(field({ map, signed, smooth: false, grid: [1, 4] }), 8, 2)[0]!.steps.filter((_, x) => x % 2 === 0);
  assert.deepEqual(steps([NaN, Infinity, 5, -3], false), [0, 0, 1024, 0]);
  assert.deepEqual(steps([NaN, -1, 1, 0], true), [512, 0, 1024, 512]);
  for (const top of [0, NaN, Infinity, -1]) assert.deepEqual(lines(field({ top }), 8, 2), []);
});

test('the layer over a photo is what paintOverlay paints, for any map, crop and opacity', () => {
  const size = { width: 37, height: 23 };
  const photo = { ...size, data: Uint8Array.from({ length: 3 * 37 * 23 }, (_, i) => (i * 31) % 256) };
  fc.assert(
    fc.property(
      fc.record({
        rows: fc.integer({ min: 1, max: 5 }),
        columns: fc.integer({ min: 1, max: 5 }),
        values: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 25, maxLength: 25 }),
        x: fc.double({ min: -8, max: 12, noNaN: true }),
        y: fc.double({ min: -8, max: 12, noNaN: true }),
        width: fc.double({ min: 9, max: 40, noNaN: true }),
        height: fc.double({ min: 9, max: 40, noNaN: true }),
        signed: fc.boolean(),
        smooth: fc.boolean(),
        opacity: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      ({ rows, columns, values, x, y, width, height, signed, smooth, opacity }) => {
        const heat = {
          map: values.slice(0, rows * columns).map((v) => (signed ? v : Math.abs(v))),
          grid: [rows, columns] as const,
          crop: { x, y, width, height },
          top: 1,
          signed,
          smooth,
          table: signed ? diverging : colourMaps.viridis,
        };
        const painted = paintOverlay(photo, { ...heat, opacity });
        const box = visibleCrop(heat.crop, size);
        const layer = heatPixels(heat, box);
        for (let py = box.top; py < box.bottom; py++)
          for (let px = box.left; px < box.right; px++) {
            const at = 4 * ((py - box.top) * (box.right - box.left) + px - box.left);
            const alpha = (layer[at + 3]! / 255) * opacity;
            for (let c = 0; c < 3; c++) {
              const i = 3 * (py * size.width + px) + c;
              const composed = photo.data[i]! * (1 - alpha) + layer[at + c]! * alpha;
              assert.ok(
                Math.abs(composed - painted.data[i]!) <= 2,
                `${composed} at ${px}, ${py} is ${painted.data[i]}`,
              );
            }
          }
      },
    ),
    { numRuns: 60 },
  );
});

test('the edge lies outside the crop, in parts that do not overlap, and not where there is no outside', () => {
  const size = { width: 1300, height: 1200 };
  const edge = cropEdge({ left: 100, top: 0, right: 1300, bottom: 1190 }, size);
  assert.deepEqual(edge, [
    { left: 98, top: 0, right: 100, bottom: 1190 },
    { left: 98, top: 1190, right: 1300, bottom: 1192 },
  ]);
  assert.deepEqual(cropEdge({ left: 0, top: 0, right: 1300, bottom: 1200 }, size), []);
});
