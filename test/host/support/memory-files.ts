import {
  Disposable,
  EventEmitter,
  FileChangeType,
  FileSystemError,
  FileType,
  type FileChangeEvent,
  type FileStat,
  type FileSystemProvider,
  type Uri,
} from 'vscode';

/** Files that are on no disk, as a virtual workspace has them. */
export class MemoryFiles implements FileSystemProvider {
  private readonly files = new Map<string, { readonly bytes: Uint8Array; readonly mtime: number }>();
  private readonly changed = new EventEmitter<FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  private clock = Date.now();

  set(uri: Uri, bytes: Uint8Array): void {
    const type = this.files.has(uri.path) ? FileChangeType.Changed : FileChangeType.Created;
    this.files.set(uri.path, { bytes, mtime: this.clock++ });
    this.changed.fire([{ type, uri }]);
  }

  remove(uri: Uri): void {
    this.files.delete(uri.path);
    this.changed.fire([{ type: FileChangeType.Deleted, uri }]);
  }

  stat(uri: Uri): FileStat {
    const { bytes, mtime } = this.known(uri);
    return { type: FileType.File, ctime: 0, mtime, size: bytes.length };
  }

  readFile(uri: Uri): Uint8Array {
    return this.known(uri).bytes;
  }

  watch(): Disposable {
    return new Disposable(() => undefined);
  }

  readDirectory(): never {
    throw FileSystemError.NoPermissions();
  }

  createDirectory(): never {
    throw FileSystemError.NoPermissions();
  }

  writeFile(uri: Uri, bytes: Uint8Array): void {
    this.set(uri, bytes);
  }

  delete(uri: Uri): void {
    this.remove(uri);
  }

  rename(): never {
    throw FileSystemError.NoPermissions();
  }

  private known(uri: Uri) {
    const file = this.files.get(uri.path);
    if (!file) throw FileSystemError.FileNotFound(uri);
    return file;
  }
}
