import { FileSystemError, FileType, workspace, type Uri } from 'vscode';
import type { ImageRef } from '../engine/protocol';
import { BadImage } from '../shared/errors';
import { nameOf } from './names';

/** A virtual or remote image crosses two processes as bytes; a photograph has a tenth of this. */
const maxBytes = 256 * 2 ** 20;

/**
 * An image for the engine: a file by its path, all other schemes (virtual workspaces, a diff's side) by their bytes.
 * @throws BadImage for what is missing, no file or too large; what a file on the disk holds is checked by the engine
 */
export async function imageRef(uri: Uri, limitMegapixels: number): Promise<ImageRef> {
  const maxPixels = limitMegapixels * 1e6;
  if (uri.scheme === 'file') return { path: uri.fsPath, maxPixels };
  const name = nameOf(uri.path);
  try {
    const { size, type } = await workspace.fs.stat(uri);
    if (type & FileType.Directory) throw new BadImage(`"${name}" is a folder. Choose one image.`);
    if (size > maxBytes)
      throw new BadImage(
        `The image ${name} has ${Math.ceil(size / 2 ** 20)} MB, and at most ${maxBytes / 2 ** 20} MB are fetched from "${uri.scheme}:". Copy it to a local folder.`,
      );
    return { bytes: await workspace.fs.readFile(uri), name, maxPixels };
  } catch (error) {
    if (error instanceof BadImage) throw error;
    throw new BadImage(`Cannot read the image ${name}: ${why(error)}.`, { cause: error });
  }
}

function why(error: unknown): string {
  if (error instanceof FileSystemError && error.code === 'FileNotFound')
    return 'there is no such file. It may have been moved or deleted';
  const said = error instanceof Error ? error.message : String(error);
  return `${said.replace(/\.$/, '')}. Open it in the editor to see whether it is still there`;
}
