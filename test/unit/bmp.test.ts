import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isBmp, readBmp } from '../../src/engine/bmp';
import { decodeImage } from '../../src/engine/images';
import { BadFile } from '../../src/shared/errors';

interface Sketch {
  readonly bits: number;
  readonly width: number;
  /** Negative: top-down. */
  readonly height: number;
  /** As they lie in the file, padded to multiples of 4 bytes. */
  readonly rows: readonly (readonly number[])[];
  readonly compression?: number;
  readonly masks?: readonly number[];
  /** Blue, green, red, 0. */
  readonly palette?: readonly (readonly number[])[];
  readonly headerSize?: number;
}

function bmp({
  bits,
  width,
  height,
  rows,
  compression = 0,
  masks = [],
  palette = [],
  headerSize = 40,
}: Sketch): Uint8Array {
  const extra = Math.max(masks.length * 4, headerSize - 40) + palette.length * 4;
  const start = 54 + extra;
  const bytes = new Uint8Array(start + rows.reduce((n, row) => n + row.length, 0));
  const data = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  data.setUint32(10, start, true);
  data.setUint32(14, headerSize, true);
  data.setInt32(18, width, true);
  data.setInt32(22, height, true);
  data.setUint16(26, 1, true);
  data.setUint16(28, bits, true);
  data.setUint32(30, compression, true);
  data.setUint32(46, palette.length, true);
  masks.forEach((mask, i) => data.setUint32(54 + i * 4, mask, true));
  bytes.set(palette.flat(), start - palette.length * 4);
  bytes.set(rows.flat(), start);
  return bytes;
}

const pixels = (bytes: Uint8Array): number[] => [...readBmp(bytes, 'a.bmp', 1e8).image.data];

const refused = (bytes: Uint8Array, sentence: RegExp): void =>
  void assert.throws(
    () => readBmp(bytes, 'a.bmp', 100),
    (e: unknown) => e instanceof BadFile && sentence.test(e.message),
  );

test('24 bits: blue, green, red, the last row first, rows padded to four bytes', () => {
  const rows = [
    [1, 2, 3, 0],
    [4, 5, 6, 0],
  ];
  assert.deepEqual(pixels(bmp({ bits: 24, width: 1, height: 2, rows })), [6, 5, 4, 3, 2, 1]);
  assert.deepEqual(pixels(bmp({ bits: 24, width: 1, height: -2, rows })), [3, 2, 1, 6, 5, 4], 'top-down');
});

test('32 bits: the fourth byte means nothing unless a mask says alpha', () => {
  const one = { bits: 32, width: 1, height: 1, rows: [[1, 2, 3, 77]] };
  assert.deepEqual(readBmp(bmp(one), 'a.bmp', 100), {
    image: { width: 1, height: 1, data: Uint8ClampedArray.of(3, 2, 1) },
    alpha: false,
  });
  const masked = bmp({ ...one, compression: 3, masks: [0xff, 0xff00, 0xff0000, 0xff000000], headerSize: 108 });
  assert.deepEqual(readBmp(masked, 'a.bmp', 100), {
    image: { width: 1, height: 1, data: Uint8ClampedArray.of(1, 2, 3) },
    alpha: true,
  });
});

test('16 bits: five bits a channel, or as the masks say', () => {
  const rows = [[0b11100000, 0b00000111, 0, 0]];
  assert.deepEqual(pixels(bmp({ bits: 16, width: 1, height: 1, rows })), [8, 255, 0]);
  assert.deepEqual(
    pixels(bmp({ bits: 16, width: 1, height: 1, rows, compression: 3, masks: [0xf800, 0x7e0, 0x1f] })),
    [0, 255, 0],
  );
});

test('1, 4 and 8 bits are indices into the palette, the highest bits first', () => {
  const palette = [
    [0, 0, 255, 0],
    [0, 255, 0, 0],
    [255, 0, 0, 0],
  ];
  assert.deepEqual(
    pixels(bmp({ bits: 8, width: 2, height: 1, palette, rows: [[1, 2, 0, 0]] })),
    [0, 255, 0, 0, 0, 255],
  );
  assert.deepEqual(
    pixels(bmp({ bits: 4, width: 3, height: 1, palette, rows: [[0x12, 0, 0, 0]] })),
    [0, 255, 0, 0, 0, 255, 255, 0, 0],
  );
  assert.deepEqual(
    pixels(bmp({ bits: 1, width: 2, height: 1, palette, rows: [[0b01000000, 0, 0, 0]] })),
    [255, 0, 0, 0, 255, 0],
  );
  assert.deepEqual(
    pixels(bmp({ bits: 8, width: 1, height: 1, palette, rows: [[200, 0, 0, 0]] })),
    [0, 0, 0],
    'beyond the palette: black',
  );
});

test('what cannot be read is refused by name', () => {
  const good: Sketch = { bits: 24, width: 1, height: 1, rows: [[1, 2, 3, 0]] };
  refused(bmp(good).subarray(0, 56), /a\.bmp: it is truncated/);
  refused(bmp(good).subarray(0, 20), /header is damaged/);
  refused(bmp({ ...good, compression: 1 }), /RLE8/);
  refused(bmp({ ...good, bits: 2 }), /2 bits per pixel/);
  refused(bmp({ ...good, width: 0 }), /size is 0 × 1/);
  refused(bmp({ ...good, width: 11, height: 10 }), /11 × 10 pixels are more than the limit of 100/);
});

test('no sequence of bytes makes the reader fail with anything but BadFile', () => {
  const seedFile = bmp({
    bits: 16,
    width: 3,
    height: 2,
    rows: [
      [1, 2, 3, 4, 5, 6, 0, 0],
      [1, 2, 3, 4, 5, 6, 0, 0],
    ],
    compression: 3,
    masks: [0xf800, 0x7e0, 0x1f],
  });
  const edits = fc.array(fc.tuple(fc.integer({ min: 2, max: seedFile.length - 1 }), fc.nat(255)), { maxLength: 5 });
  fc.assert(
    fc.property(edits, fc.integer({ min: 2, max: seedFile.length }), (changes, length) => {
      const bytes = seedFile.slice();
      for (const [i, value] of changes) bytes[i] = value;
      try {
        readBmp(bytes.subarray(0, length), 'a.bmp', 1e6);
      } catch (error) {
        assert.ok(error instanceof BadFile, String(error));
      }
    }),
    { numRuns: 3000, seed: 2 },
  );
});

test('a bitmap is decoded like any other image', async () => {
  const bytes = bmp({ bits: 24, width: 1, height: 1, rows: [[1, 2, 3, 0]] });
  assert.ok(isBmp(bytes));
  const { image, warnings } = await decodeImage({ bytes, name: 'a.bmp' });
  assert.deepEqual([...image.data], [3, 2, 1]);
  assert.deepEqual(warnings, []);
});
