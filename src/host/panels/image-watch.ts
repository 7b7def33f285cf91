import type { Disposable } from 'vscode';
import { RelativePattern, Uri, workspace } from 'vscode';
import { AtRest } from '../at-rest';
import { movedPath } from './stamp';

/** A file may be written in several steps, or be replaced by another under its name: what is there afterwards counts. */
const settledMs = 250;
/** A watcher needs a moment to stand, and of a file that comes and goes within its rhythm it says nothing: one look when both are over. */
const firstMs = 1500;

/**
 * Says when the files behind some URIs may have changed or gone, and where renames within VS Code took them. Other programs' renames
 * cannot be told from deletions.
 */
export class ImageWatch implements Disposable {
  private readonly touched = new AtRest(() => this.on.touched(), settledMs);
  private readonly parts: Disposable[] = [this.touched];

  constructor(
    images: readonly Uri[],
    private readonly on: { touched(): void; moved(images: readonly Uri[]): void },
  ) {
    const names = new Set(images.map(String));
    const heard = (uri: Uri) => names.has(uri.toString()) && this.touched.ask();
    for (const folder of new Set(images.map((uri) => Uri.joinPath(uri, '..').toString()))) {
      // A pattern for the one file would have to escape its name; this does not look into subfolders either.
      const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.parse(folder, true), '*'));
      watcher.onDidChange(heard);
      watcher.onDidCreate(heard);
      watcher.onDidDelete(heard);
      this.parts.push(watcher);
    }
    this.parts.push(
      // Of a deleted folder, no watcher within says anything.
      workspace.onDidDeleteFiles(({ files }) => {
        if (images.some(({ path }) => files.some((file) => movedPath(path, file.path, '') !== null)))
          this.touched.ask();
      }),
      workspace.onDidRenameFiles(({ files }) => {
        const moved = images.map((uri) => files.reduce((at, { oldUri, newUri }) => followed(at, oldUri, newUri), uri));
        if (moved.some((uri, i) => uri !== images[i])) this.on.moved(moved);
      }),
    );
    this.touched.ask(firstMs);
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }
}

function followed(uri: Uri, from: Uri, to: Uri): Uri {
  if (uri.scheme !== from.scheme || uri.authority !== from.authority) return uri;
  const path = movedPath(uri.path, from.path, to.path);
  return path === null ? uri : to.with({ path });
}
