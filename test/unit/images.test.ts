import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { decodeImage, type DecodedImage } from '../../src/engine/images';
import { encodePng } from '../../src/engine/png';
import { BadFile } from '../../src/shared/errors';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/preprocess/${name}`, import.meta.url));

/** 2 × 1: red and a half transparent blue. */
const rgba = Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 128);
const raw = (data: Uint8Array | Uint16Array, channels: 1 | 2 | 3 | 4): Sharp =>
  sharp(data, { raw: { width: 2, height: 1, channels } });
const decode = (bytes: Uint8Array): Promise<DecodedImage> => decodeImage({ bytes, name: 'a test image' });
const refused = (sentence: RegExp) => (e: unknown) => e instanceof BadFile && sentence.test(e.message);

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bilder ü '));
});
after(() => rm(folder, { recursive: true }));

test('alpha is dropped, not blended, and the person is told', async () => {
  for (const file of [
    await raw(rgba, 4).png().toBuffer(),
    await raw(rgba, 4).webp({ lossless: true }).toBuffer(),
    await raw(rgba, 4).tiff({ compression: 'lzw' }).toBuffer(),
  ]) {
    const { image, warnings } = await decode(file);
    assert.deepEqual([...image.data], [255, 0, 0, 0, 0, 255]);
    assert.match(warnings.join(), /alpha channel was dropped, as Hugging Face's processors do/);
  }
});

test('an opaque image needs no warning', async () => {
  const { warnings, image } = await decodeImage(fixture('cat.png'));
  assert.deepEqual(warnings, []);
  assert.deepEqual([image.width, image.height, image.data.length], [225, 150, 225 * 150 * 3]);
});

test('grey, with and without alpha, becomes three equal channels', async () => {
  const grey = await raw(Uint8Array.of(7, 200), 1).toColourspace('b-w').png().toBuffer();
  assert.deepEqual([...(await decode(grey)).image.data], [7, 7, 7, 200, 200, 200]);
  const greyAlpha = await raw(Uint8Array.of(7, 255, 200, 0), 2)
    .toColourspace('b-w')
    .png()
    .toBuffer();
  assert.deepEqual([...(await decode(greyAlpha)).image.data], [7, 7, 7, 200, 200, 200]);
});

test('16 bits become the upper 8', async () => {
  const colour = await raw(Uint16Array.of(0x1234, 0xff00, 0x00ff, 0, 0x8080, 0xffff), 3)
    .toColourspace('rgb16')
    .png()
    .toBuffer();
  assert.deepEqual([...(await decode(colour)).image.data], [0x12, 0xff, 0, 0, 0x80, 0xff]);
  const grey = await raw(Uint16Array.of(0x1234, 0xff00), 1).toColourspace('grey16').png().toBuffer();
  const { image, warnings } = await decode(grey);
  assert.deepEqual([...image.data], [0x12, 0x12, 0x12, 0xff, 0xff, 0xff]);
  assert.match(warnings.join(), /16-bit grey/);
});

test('CMYK is converted by the plain formula, and said', async () => {
  const { image, warnings } = await decodeImage(fixture('cmyk.jpg'));
  assert.deepEqual([image.width, image.height], [97, 131]);
  assert.match(warnings.join(), /CMYK/);
});

test('EXIF orientation is applied', async () => {
  const { image } = await decodeImage(fixture('rotated.jpg'));
  assert.deepEqual([image.width, image.height], [80, 120]);
  for (const [orientation, size] of [
    [1, [2, 1]],
    [3, [2, 1]],
    [5, [1, 2]],
    [8, [1, 2]],
  ] as const) {
    const file = await raw(rgba, 4).png().withMetadata({ orientation }).toBuffer();
    const { image: turned } = await decode(file);
    assert.deepEqual([turned.width, turned.height], size);
    assert.equal(turned.data[0], orientation === 3 || orientation === 8 ? 0 : 255);
  }
});

test('of an animation and of a stack of pages the first is taken, and said', async () => {
  const frames = sharp(Uint8Array.of(255, 0, 0, 0, 255, 0), {
    raw: { width: 1, height: 2, channels: 3, pageHeight: 1 },
  });
  for (const file of [
    await frames.clone().gif().toBuffer(),
    await frames.clone().webp({ lossless: true }).toBuffer(),
  ]) {
    const { image, warnings } = await decode(file);
    assert.deepEqual([image.width, image.height], [1, 1]);
    assert.equal(image.data[0], 255);
    assert.match(warnings.join(), /2 frames/);
  }
});

test('a drawing is put on white', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="1"><rect width="1" height="1" fill="#f00"/></svg>';
  const { image, warnings } = await decode(Buffer.from(svg));
  assert.deepEqual([...image.data], [255, 0, 0, 255, 255, 255]);
  assert.match(warnings.join(), /white/);
});

test('AVIF is read', async () => {
  const file = await sharp(fixture('cat.png')).avif({ quality: 80 }).toBuffer();
  const { image } = await decode(file);
  assert.deepEqual([image.width, image.height], [225, 150]);
});

test('what is no image is refused with a sentence that names the file', async () => {
  const write = async (name: string, data: string | Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, data);
    return path;
  };
  const jpeg = await readFile(fixture('rocket.jpg'));
  const png = await readFile(fixture('cat.png'));
  await assert.rejects(decodeImage(join(folder, 'none.png')), refused(/none\.png: there is no such file/));
  await assert.rejects(decodeImage(folder), refused(/it is a folder/));
  await assert.rejects(decodeImage(await write('empty.png', '')), refused(/empty\.png is empty/));
  await assert.rejects(decodeImage(await write('text.png', 'hello')), refused(/text\.png as an image/));
  await assert.rejects(
    decodeImage(await write('half.jpg', jpeg.subarray(0, 4000))),
    refused(/half\.jpg: it is damaged or truncated/),
  );
  await assert.rejects(decodeImage(await write('half.png', png.subarray(0, 30000))), refused(/half\.png/));
});

test('more pixels than the limit are refused before they are decoded', async () => {
  await assert.rejects(
    decodeImage(fixture('cat.png'), { maxPixels: 1000 }),
    refused(/cat\.png has 225 × 150 pixels, more than the limit of 1000/),
  );
  const bomb = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>');
  await assert.rejects(decode(bomb), refused(/limit of 100000000/));
});

test('a PNG that is written holds the pixels that were given', async () => {
  const { image } = await decodeImage(fixture('cat.png'));
  assert.deepEqual(Buffer.from((await decode(await encodePng(image))).image.data), Buffer.from(image.data));
  const { data, info } = await sharp(await encodePng({ width: 2, height: 1, data: rgba }))
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.equal(info.channels, 4);
  assert.deepEqual([...data], [...rgba]);
  await assert.rejects(encodePng({ width: 2, height: 2, data: rgba }), /no 2 × 2 pixels/);
});
