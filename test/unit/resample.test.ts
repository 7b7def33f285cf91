import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { contributions, filters, resamplings, type Resampling } from '../../src/explain/preprocess/filters';
import type { Rgb8Image } from '../../src/explain/preprocess/image';
import { resample } from '../../src/explain/preprocess/resample';
import { readSafetensors } from '../../src/shared/safetensors';
import type { Tensor } from '../../src/shared/tensor';

const { tensors } = readSafetensors(
  readFileSync(new URL('../fixtures/preprocess/resample.safetensors', import.meta.url)),
);

const imageOf = ({ dims, data }: Tensor): Rgb8Image => ({
  height: dims[0]!,
  width: dims[1]!,
  data: data as Uint8Array,
});

/** Deterministic, with hard edges. */
function noise(width: number, height: number, seed = 1): Rgb8Image {
  let state = seed >>> 0 || 1;
  const data = new Uint8Array(width * height * 3).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24 > 127 ? 255 : state >>> 26;
  });
  return { width, height, data };
}

for (const filter of resamplings) {
  test(`${filter} equals Pillow's in every bit`, () => {
    const names = Object.keys(tensors).filter((name) => name.startsWith(`${filter}.`) && name.endsWith('.from'));
    assert.equal(names.length, 7);
    for (const name of names) {
      const wanted = imageOf(tensors[name.replace('.from', '.to')]!);
      const got = resample(imageOf(tensors[name]!), wanted.width, wanted.height, filter);
      assert.deepEqual(Buffer.from(got.data), Buffer.from(wanted.data), name);
    }
  });
}

const side = fc.integer({ min: 1, max: 40 });
const anyFilter = fc.constantFrom<Resampling>(...resamplings);

test('a region of the result has the values of the whole result', () => {
  fc.assert(
    fc.property(side, side, side, side, anyFilter, fc.nat(), fc.nat(), (w, h, W, H, filter, a, b) => {
      const image = noise(w, h, a);
      const left = a % W;
      const top = b % H;
      const region = { left, top, width: 1 + (b % (W - left)), height: 1 + (a % (H - top)) };
      const whole = resample(image, W, H, filter);
      const part = resample(image, W, H, filter, region);
      for (let y = 0; y < region.height; y++) {
        const from = ((top + y) * W + left) * 3;
        const row = part.data.subarray(y * region.width * 3, (y + 1) * region.width * 3);
        assert.deepEqual(Buffer.from(row), Buffer.from(whole.data.subarray(from, from + region.width * 3)));
      }
    }),
  );
});

test('an image of one colour keeps it', () => {
  fc.assert(
    fc.property(side, side, side, side, anyFilter, fc.nat(255), (w, h, W, H, filter, value) => {
      const image = { width: w, height: h, data: new Uint8Array(w * h * 3).fill(value) };
      assert.ok(resample(image, W, H, filter).data.every((v) => v === value));
    }),
  );
});

test('the weights of each target pixel add up to one', () => {
  fc.assert(
    fc.property(side, side, fc.constantFrom(...Object.values(filters)), (inSize, outSize, kernel) => {
      const { starts, ends, weights, stride } = contributions(kernel, inSize, outSize, 0, outSize);
      starts.forEach((start, i) => {
        const sum = weights.subarray(i * stride, i * stride + ends[i]! - start).reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(sum / 2 ** 22 - 1) < 1e-4);
      });
    }),
  );
});

test('a photo of 12 megapixels takes a fraction of a second', () => {
  const photo = { width: 4000, height: 3000, data: new Uint8Array(36_000_000) };
  const start = performance.now();
  resample(photo, 298, 224, 'bicubic', { left: 37, top: 0, width: 224, height: 224 });
  // About 0.15 s on two slow cores; the limit allows for a busy machine.
  assert.ok(performance.now() - start < 1500);
});
