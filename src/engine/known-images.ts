import { createHash } from 'node:crypto';
import { seeImage, type SeenImage } from '../explain/clip/seen-image';
import type { ModelFolder } from '../explain/models';
import { identifyFile } from './files';
import { decodeImage, type DecodedImage } from './images';
import type { Kept } from './kept';
import type { KnownFolder } from './model-folders';
import type { ImageRef } from './protocol';

/** Decodes images, and remembers what is likely to be asked for again: typing another prompt decodes nothing. */
export class KnownImages {
  constructor(private readonly kept: Kept) {}

  /** A name for the image's content: the file as it is now, or its bytes. null where the file cannot be told: reading it will say why. */
  async identity(image: ImageRef): Promise<string | null> {
    // A limit is kept apart, lest a larger image than the caller wants be found in memory.
    const limit = image.maxPixels ?? null;
    if (!('path' in image)) return JSON.stringify([createHash('sha256').update(image.bytes).digest('base64'), limit]);
    const file = await identifyFile(image.path).catch(() => null);
    return file && JSON.stringify([file, limit]);
  }

  /**
   * @param identity of the image, as {@link identity} has just given it
   * @throws BadFile
   */
  async decode(image: ImageRef, identity: string | null): Promise<DecodedImage> {
    const name = `decoded ${identity}`;
    const known = identity === null ? undefined : this.kept.get<DecodedImage>(name);
    if (known) return known;
    const decoded = await decodeImage('path' in image ? image.path : image, { maxPixels: image.maxPixels });
    if (await this.still(image, identity)) this.kept.set(name, decoded, decoded.image.data.byteLength);
    return decoded;
  }

  /**
   * @param identity of the image, as {@link identity} has just given it
   * @throws BadFile
   */
  async see(
    image: ImageRef,
    identity: string | null,
    { model, identity: folder }: KnownFolder<ModelFolder>,
  ): Promise<SeenImage> {
    const name = `seen ${identity} ${folder}`;
    const known = identity === null ? undefined : this.kept.get<SeenImage>(name);
    if (known) return { ...known, ms: 0 };
    const { image: pixels, warnings } = await this.decode(image, identity);
    const seen = seeImage(model, pixels, warnings);
    if (await this.still(image, identity)) this.kept.set(name, seen, seen.input.pixelValues.data.byteLength);
    return seen;
  }

  /** A file that was written while it was read is not what its identity says. */
  private async still(image: ImageRef, identity: string | null): Promise<boolean> {
    return identity !== null && (!('path' in image) || identity === (await this.identity(image)));
  }
}
