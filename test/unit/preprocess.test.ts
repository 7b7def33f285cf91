import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { decodeImage } from '../../src/engine/images';
import { readPreprocessConfig } from '../../src/explain/preprocess/config';
import type { Rgb8Image } from '../../src/explain/preprocess/image';
import { preprocess } from '../../src/explain/preprocess/preprocess';
import { BadFile, UnsupportedModel, type LensError } from '../../src/shared/errors';
import { patchRect } from '../../src/shared/geometry';
import { readSafetensors } from '../../src/shared/safetensors';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/preprocess/${name}`, import.meta.url));
const json = (name: string): unknown => JSON.parse(readFileSync(fixture(name), 'utf8'));

/** Each pixel says where it is: red its column, green its row, blue 255. */
const chart = (width: number, height: number): Rgb8Image => ({
  width,
  height,
  data: Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => [Math.floor(i / 3) % width, Math.floor(i / 3 / width), 255][i % 3]!,
  ),
});

const plain = { do_resize: false, do_center_crop: false, do_rescale: false, do_normalize: false };

for (const name of ['clip', 'dinov2', 'siglip', 'vit']) {
  test(`pixel values equal Hugging Face's PIL processor: ${name}`, async () => {
    const config = readPreprocessConfig(json(`${name}.preprocessor_config.json`));
    const { tensors } = readSafetensors(readFileSync(fixture(`${name}.safetensors`)));
    assert.equal(Object.keys(tensors).length, 11);
    for (const [file, golden] of Object.entries(tensors)) {
      const { image } = await decodeImage(fixture(file));
      const { pixelValues } = preprocess(image, config);
      assert.deepEqual(pixelValues.dims, [1, ...golden.dims]);
      const off = pixelValues.data.filter((value, i) => {
        const channel = Math.floor((i * 3) / pixelValues.data.length);
        const unit = 1 / 255 / config.normalize!.std[channel]!;
        return Math.abs(value - Number(golden.data[i])) > (file.endsWith('.jpg') ? unit * 1.001 : 0);
      });
      // Lossless files to the last bit; JPEG decoders may differ by a step.
      assert.ok(
        off.length <= (file.endsWith('.jpg') ? 0.001 * golden.data.length : 0),
        `${file}: ${off.length} values are off`,
      );
    }
  });
}

test('the crop of a wide photo is its middle square, in pixels of the original', () => {
  const config = readPreprocessConfig({ image_processor_type: 'CLIPImageProcessor', size: 64, crop_size: 64 });
  const { crop, width, height } = preprocess(chart(200, 100), config);
  assert.deepEqual(crop, { x: 50, y: 0, width: 100, height: 100 });
  assert.deepEqual([width, height], [64, 64]);
});

test('an image smaller than the crop is framed in black, and the crop reaches beyond it', () => {
  const config = readPreprocessConfig({
    ...plain,
    image_processor_type: 'CLIPImageProcessor',
    do_center_crop: true,
    crop_size: 7,
  });
  const { crop, seen, pixelValues } = preprocess(chart(4, 9), config);
  assert.deepEqual(crop, { x: -2, y: 1, width: 7, height: 7 });
  assert.deepEqual([...seen.data.subarray(0, 12)], [0, 0, 0, 0, 0, 0, 0, 1, 255, 1, 1, 255]);
  assert.equal(pixelValues.data[0], 0);
});

test('padding goes to the right and to the bottom, and the crop with it', () => {
  const { crop, pixelValues, seen } = preprocess(
    chart(4, 2),
    readPreprocessConfig({ ...plain, do_normalize: true, do_pad: true, pad_size: { height: 3, width: 6 } }),
  );
  assert.deepEqual(pixelValues.dims, [1, 3, 3, 6]);
  assert.deepEqual(crop, { x: 0, y: 0, width: 6, height: 3 });
  assert.equal(seen.width, 4);
  assert.deepEqual([...pixelValues.data.subarray(3, 7)], [5, 0, 0, -1], 'zeros are added after normalisation');
});

test('an overlay lands where the patch was: a patch of the grid shows the pixels of its rectangle', () => {
  const side = fc.integer({ min: 40, max: 200 });
  fc.assert(
    fc.property(side, side, fc.integer({ min: 2, max: 4 }), (width, height, grid) => {
      const size = grid * 16;
      const config = readPreprocessConfig({
        image_processor_type: 'CLIPImageProcessor',
        size,
        crop_size: size,
        do_rescale: false,
        do_normalize: false,
        resample: 2,
      });
      const { pixelValues, crop } = preprocess(chart(width, height), config);
      const rect = patchRect(crop, [grid, grid], 1, grid - 2);
      // The mean of a patch's reds is the column of its centre (pixel centres: + ½).
      let sum = 0;
      for (let y = 16; y < 32; y++)
        for (let x = 0; x < 16; x++) sum += pixelValues.data[y * size + (grid - 2) * 16 + x]!;
      assert.ok(Math.abs(sum / 256 + 0.5 - (rect.x + rect.width / 2)) < 0.75);
    }),
    { numRuns: 50 },
  );
});

test("each class has its own defaults, and a lone number means the class's own thing", () => {
  const clip = readPreprocessConfig({ image_processor_type: 'CLIPImageProcessor' });
  assert.deepEqual(clip.resize, { kind: 'shortest', edge: 224, longest: null });
  assert.deepEqual([clip.crop, clip.resample], [{ height: 224, width: 224 }, 'bicubic']);
  const vit = readPreprocessConfig({ feature_extractor_type: 'ViTFeatureExtractor', size: 50 });
  assert.deepEqual(vit.resize, { kind: 'exact', height: 50, width: 50 });
  assert.deepEqual([vit.crop, vit.resample, vit.normalize?.mean], [null, 'bilinear', [0.5, 0.5, 0.5]]);
  const siglip = readPreprocessConfig({ image_processor_type: 'SiglipImageProcessor' });
  assert.deepEqual([siglip.resize, siglip.resample], [{ kind: 'exact', height: 224, width: 224 }, 'bicubic']);
  const dinov2 = readPreprocessConfig({ image_processor_type: 'BitImageProcessorFast', size: { shortest_edge: 256 } });
  assert.deepEqual(
    [dinov2.resize, dinov2.crop],
    [
      { kind: 'shortest', edge: 256, longest: null },
      { height: 224, width: 224 },
    ],
  );
  const unnamed = readPreprocessConfig({ size: 30, crop_size: 20, do_center_crop: true });
  assert.deepEqual([unnamed.processor, unnamed.resize], ['generic', { kind: 'shortest', edge: 30, longest: null }]);
});

test("DETR's longest edge limits the size with DETR's rounding", () => {
  const config = readPreprocessConfig({
    image_processor_type: 'DetrImageProcessor',
    size: { shortest_edge: 50, longest_edge: 83 },
  });
  const { width, height } = preprocess(chart(100, 40), config);
  assert.deepEqual([width, height], [83, 33]);
});

test('a step that is not done here is refused by its name', () => {
  const refuses = (config: object, name: RegExp): void =>
    void assert.throws(
      () => readPreprocessConfig(config, 'p.json'),
      (e: unknown) => e instanceof UnsupportedModel && name.test(e.message),
    );
  refuses({ do_image_splitting: true }, /p\.json asks for "do_image_splitting"/);
  refuses({ do_flip_channel_order: true }, /"do_flip_channel_order"/);
  refuses({ crop_pct: 0.9 }, /"crop_pct": 0\.9/);
  refuses({ image_processor_type: 'Qwen2VLImageProcessor' }, /Qwen2VLImageProcessor/);
  assert.ok(readPreprocessConfig({ do_image_splitting: false, crop_pct: null, keep_aspect_ratio: false }));
});

test('a config that makes no sense is a bad file, with the setting named', () => {
  const bad = (config: unknown, name: RegExp): void =>
    void assert.throws(
      () => readPreprocessConfig(config, 'p.json'),
      (e: unknown) => e instanceof BadFile && name.test((e as LensError).message),
    );
  bad('text', /p\.json/);
  bad({ size: -1 }, /size/);
  bad({ size: { longest_edge: 5 } }, /size/);
  bad({ resample: 6 }, /resample/);
  bad({ image_mean: [1, 2] }, /image_mean/);
  bad({ image_std: [0.5, 0, 0.5] }, /image_std/);
  bad({ do_center_crop: true }, /crop_size/);
  bad({ do_resize: 'yes' }, /do_resize/);
});

test('an image that does not go with the config is refused with both sizes', () => {
  const pad = readPreprocessConfig({ ...plain, do_pad: true, pad_size: { height: 3, width: 3 } });
  assert.throws(() => preprocess(chart(4, 4), pad), /pads to 3 × 3, and the image is 4 × 4/);
  const needle = readPreprocessConfig({
    image_processor_type: 'CLIPImageProcessor',
    do_center_crop: false,
    size: 2000,
  });
  assert.throws(() => preprocess(chart(1, 250), needle), /1 × 250 pixels becomes an input of 2000 × 500000/);
});
