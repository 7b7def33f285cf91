import { readFile, stat } from 'node:fs/promises';
import type { Metadata, SharpOptions } from 'sharp';
import { BadImage } from '../shared/errors';
import type { Rgb8Image } from '../explain/preprocess/image';
import { isBmp, readBmp } from './bmp';
import { loadSharp } from './sharp';

/** A path, or the bytes of a file and what error sentences call it. */
export type ImageSource = string | { readonly bytes: Uint8Array; readonly name: string };

export interface DecodeOptions {
  /** Limit on width × height, against files that expand to gigabytes. Default: 100 megapixels. */
  readonly maxPixels?: number;
}

export interface DecodedImage {
  /** EXIF orientation applied. */
  readonly image: Rgb8Image;
  /** What was done to the image that a reader may not expect: one sentence each. */
  readonly warnings: readonly string[];
}

const defaultMaxPixels = 100_000_000;

/** A lie about the size in a header is found by the decoder; this is the limit for the bytes themselves. */
const maxBytes = 2 ** 30;

/**
 * Decodes JPEG, PNG, WebP, GIF and TIFF (first frame or page), AVIF, SVG and BMP to what PIL's convert("RGB") gives after EXIF transposition:
 * alpha dropped, not blended; colour profiles ignored; CMYK by the plain formula.
 * Throws {@link BadImage}, naming the file, for everything that is no image, too large or damaged.
 */
export async function decodeImage(
  source: ImageSource,
  { maxPixels = defaultMaxPixels }: DecodeOptions = {},
): Promise<DecodedImage> {
  const { bytes, name } = typeof source === 'string' ? { bytes: await readBytes(source), name: source } : source;
  if (bytes.length === 0) throw new BadImage(`The image ${name} is empty. Choose another file, or download it again.`);
  if (!isBmp(bytes)) return decodeWithSharp(bytes, name, maxPixels);
  const { image, alpha } = readBmp(bytes, name, maxPixels);
  return { image, warnings: alpha ? [alphaDropped] : [] };
}

async function readBytes(path: string): Promise<Uint8Array> {
  const unreadable = (cause: unknown): never => {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such file' : (cause as Error).message;
    throw new BadImage(`Cannot read the image ${path}: ${why}. Check the path.`, { cause });
  };
  const info = await stat(path).catch(unreadable);
  if (info.isDirectory())
    throw new BadImage(`Cannot read the image ${path}: it is a folder. Give the path of one image.`);
  if (info.size > maxBytes)
    throw new BadImage(
      `Cannot read the image ${path}: its ${info.size} bytes are more than an image file can have here (${maxBytes}).`,
    );
  return readFile(path).catch(unreadable);
}

const alphaDropped =
  "The alpha channel was dropped, as Hugging Face's processors do: colours that it hid are visible to the model.";

async function decodeWithSharp(bytes: Uint8Array, name: string, maxPixels: number): Promise<DecodedImage> {
  const sharp = await loadSharp();
  // Colour profiles are ignored because PIL ignores them; "error" lets pass what libjpeg and libpng merely warn of, as PIL does.
  const options: SharpOptions = { failOn: 'error', ignoreIcc: true, limitInputPixels: false, pages: 1 };
  const metadata = await sharp(bytes, options)
    .metadata()
    .catch((cause: unknown): never => {
      throw new BadImage(
        `Cannot read ${name} as an image: it is damaged, or none of JPEG, PNG, WebP, GIF, TIFF, AVIF, SVG and BMP. Convert it to PNG or JPEG.`,
        { cause },
      );
    });
  const { width, height } = metadata;
  if (width * height > maxPixels) {
    throw new BadImage(
      `The image ${name} has ${width} × ${height} pixels, more than the limit of ${maxPixels}. Make it smaller, or raise the limit.`,
    );
  }

  const { warnings, background } = remarks(metadata);
  const cmyk = metadata.space === 'cmyk';
  const upright = sharp(bytes, options).autoOrient();
  const flat = background === null ? upright : upright.flatten({ background });
  const plain = flat.removeAlpha();
  const raw = (cmyk ? plain.pipelineColourspace('cmyk').toColourspace('cmyk') : plain.toColourspace('srgb')).raw({
    depth: 'uchar',
  });
  const { data, info } = await raw.toBuffer({ resolveWithObject: true }).catch((cause: Error): never => {
    throw new BadImage(
      `Cannot decode the image ${name}: it is damaged or truncated (${firstLine(cause.message)}). Download or export it again.`,
      { cause },
    );
  });
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { image: { width: info.width, height: info.height, data: toRgb(pixels, info.channels, cmyk) }, warnings };
}

function remarks({ format, space, hasAlpha, depth, pages, channels }: Metadata): {
  warnings: string[];
  background: string | null;
} {
  const warnings: string[] = [];
  const vector = format === 'svg';
  if (vector) warnings.push('The drawing (SVG) was put on white.');
  else if (hasAlpha) warnings.push(alphaDropped);
  if ((pages ?? 1) > 1)
    warnings.push(`Of the file's ${pages} ${format === 'tiff' ? 'pages' : 'frames'} the first was taken.`);
  if (space === 'cmyk')
    warnings.push("The CMYK colours were converted without a colour profile, as Hugging Face's processors do.");
  if (depth === 'ushort' && channels === 1)
    warnings.push('The 16-bit grey values were reduced to their upper 8 bits (PIL would cut them off at 255).');
  return { warnings, background: vector ? 'white' : null };
}

/** [pixels × channels] → [pixels × 3] */
function toRgb(data: Uint8Array, channels: number, cmyk: boolean): Uint8Array {
  if (channels === 3 && !cmyk) return data;
  const count = data.length / channels;
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    const s = i * channels;
    const t = i * 3;
    if (cmyk) {
      // Pillow's cmyk2rgb (Convert.c): (255 − K) − C·(255 − K)/255, the product rounded.
      const light = 255 - data[s + 3]!;
      for (let c = 0; c < 3; c++) rgb[t + c] = Math.max(0, light - Math.round((data[s + c]! * light) / 255));
    } else {
      rgb.fill(data[s]!, t, t + 3);
    }
  }
  return rgb;
}

const firstLine = (message: string): string => message.split('\n', 1)[0]!.trim();
