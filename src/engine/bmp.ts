import { BadImage } from '../shared/errors';
import { emptyImage, type Rgb8Image } from '../explain/preprocess/image';

/**
 * Windows bitmaps, which sharp's prebuilt libvips cannot read: 1, 4, 8 bits with a palette; 16, 24, 32 bits; bit fields; bottom-up and
 * top-down. Run-length and embedded JPEG/PNG compression are refused by name.
 * Layout: BITMAPFILEHEADER and BITMAPINFOHEADER (https://learn.microsoft.com/windows/win32/gdi/bitmap-storage).
 */

export const isBmp = (bytes: Uint8Array): boolean => bytes.length >= 2 && bytes[0] === 0x42 && bytes[1] === 0x4d;

export interface BmpImage {
  readonly image: Rgb8Image;
  /** Whether the file declares an alpha channel, which is dropped. */
  readonly alpha: boolean;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly masks: Masks;
  readonly alpha: boolean;
  /** Byte offset of the palette, its number of colours and the bytes of each (4, or 3 in the OS/2 format). */
  readonly palette: { readonly start: number; readonly colours: number; readonly size: number };
  /** Byte offset of the rows. */
  readonly pixels: number;
}

/** Red, green and blue. */
type Masks = readonly [number, number, number];

const compressions = ['none', 'RLE8', 'RLE4', 'bit fields', 'JPEG', 'PNG', 'bit fields with alpha'] as const;

/** `name` is what error sentences call the file; `maxPixels` limits width × height. Throws {@link BadImage}. */
export function readBmp(bytes: Uint8Array, name: string, maxPixels: number): BmpImage {
  const fail = (why: string): never => {
    throw new BadImage(`Cannot read the bitmap ${name}: ${why}. Save it again as PNG.`);
  };
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(data, fail);
  const { width, height, bits, pixels, topDown, alpha } = header;
  if (width * height > maxPixels) fail(`its ${width} × ${height} pixels are more than the limit of ${maxPixels}`);
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (pixels + stride * height > data.byteLength) fail('it is truncated');

  const image = emptyImage(width, height);
  const readRow = bits <= 8 ? paletteRow(data, header) : bits === 24 ? bgrRow(data, width) : maskedRow(data, header);
  for (let y = 0; y < height; y++) {
    readRow(pixels + (topDown ? y : height - 1 - y) * stride, image.data.subarray(y * width * 3, (y + 1) * width * 3));
  }
  return { image, alpha };
}

function readHeader(data: DataView, fail: (why: string) => never): Header {
  const length = data.byteLength >= 26 ? data.getUint32(14, true) : 0;
  const old = length === 12; // OS/2: 16-bit sizes, no compression
  if (!old && (length < 40 || data.byteLength < 14 + length)) fail('its header is damaged');
  const width = old ? data.getUint16(18, true) : data.getInt32(18, true);
  const height = old ? data.getUint16(20, true) : data.getInt32(22, true);
  const bits = data.getUint16(old ? 24 : 28, true);
  const compression = old ? 0 : data.getUint32(30, true);
  const fields = compression === 3 || compression === 6;
  if (width < 1 || height === 0) fail(`its size is ${width} × ${height} pixels`);
  if (compression !== 0 && !fields)
    fail(`its compression (${compressions[compression] ?? compression}) is not supported`);
  if (![1, 4, 8, 16, 24, 32].includes(bits)) fail(`${bits} bits per pixel are not supported`);
  if (fields && bits !== 16 && bits !== 32) fail(`bit fields with ${bits} bits per pixel make no sense`);
  // Bit fields lie behind a header of 40 bytes and inside of longer ones: at the same place. Alpha has a mask from 56 bytes on.
  if (fields && data.byteLength < 66 + (compression === 6 ? 4 : 0)) fail('its header is damaged');
  const masks: Masks = fields
    ? [data.getUint32(54, true), data.getUint32(58, true), data.getUint32(62, true)]
    : bits === 16
      ? [0x7c00, 0x3e0, 0x1f]
      : [0xff0000, 0xff00, 0xff];
  const hasAlphaMask = fields && (length >= 56 || compression === 6);
  const used = old ? 0 : data.getUint32(46, true);
  return {
    width,
    height: Math.abs(height),
    topDown: height < 0,
    bits,
    masks,
    alpha: hasAlphaMask && data.getUint32(66, true) !== 0,
    palette: {
      start: 14 + length,
      colours: bits > 8 ? 0 : used > 0 && used <= 2 ** bits ? used : 2 ** bits,
      size: old ? 3 : 4,
    },
    pixels: data.getUint32(10, true),
  };
}

/** Reads the row at a byte offset into [width, 3]. */
type RowReader = (offset: number, row: Uint8Array | Uint8ClampedArray) => void;

const bgrRow =
  (data: DataView, width: number): RowReader =>
  (offset, row) => {
    for (let i = 0; i < width * 3; i += 3) {
      row[i] = data.getUint8(offset + i + 2);
      row[i + 1] = data.getUint8(offset + i + 1);
      row[i + 2] = data.getUint8(offset + i);
    }
  };

function paletteRow(data: DataView, { width, bits, palette }: Header): RowReader {
  const { start, colours, size } = palette;
  const table = new Uint8Array(256 * 3); // an index beyond the palette is black
  for (let c = 0; c < colours && start + (c + 1) * size <= data.byteLength; c++) {
    for (let channel = 0; channel < 3; channel++)
      table[c * 3 + channel] = data.getUint8(start + c * size + 2 - channel);
  }
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  return (offset, row) => {
    for (let x = 0; x < width; x++) {
      const byte = data.getUint8(offset + Math.floor(x / perByte));
      const colour = ((byte >> (8 - bits * ((x % perByte) + 1))) & mask) * 3;
      row.set(table.subarray(colour, colour + 3), x * 3);
    }
  };
}

function maskedRow(data: DataView, { width, bits, masks }: Header): RowReader {
  const channels = masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { mask, shift, top: mask === 0 ? 1 : mask >>> shift };
  });
  const bytes = bits / 8;
  return (offset, row) => {
    for (let x = 0; x < width; x++) {
      const pixel = bytes === 2 ? data.getUint16(offset + x * 2, true) : data.getUint32(offset + x * 4, true);
      channels.forEach(({ mask, shift, top }, c) => {
        // Five bits become eight as in Pillow: value × 255 / 31, truncated.
        row[x * 3 + c] = Math.trunc((((pixel & mask) >>> shift) * 255) / top);
      });
    }
  };
}
