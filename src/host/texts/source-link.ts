import { Range, Uri, workspace, window, type Disposable, type TextDocument } from 'vscode';
import type { TextSource } from '../../shared/text/panel-protocol';
import { AtRest } from '../at-rest';
import { movedPath } from '../panels/stamp';
import { movedBy, nearestOccurrence, type Span } from './span';

/** A document that is closed and opened again at once has only got another language; one that was renamed is opened under another name. */
const reopenedMs = 150;

/** What became of a text in its document. */
export interface SourceNews {
  /** It stands elsewhere, was found there again, or its document was closed. */
  moved(): void;
  /** It was edited: see {@link SourceLink.text}. */
  edited(): void;
  /** It was taken out of its document. */
  lost(): void;
}

/**
 * Follows a text in its document while that is edited, saved under another name, closed and opened again. It is tied where the document holds that
 * text at that place, and only there.
 */
export class SourceLink implements Disposable {
  private readonly parts: Disposable[];
  private uri: Uri;
  private span: Span;
  private tied = false;
  private readonly closing = new AtRest(() => this.closed(), reopenedMs);
  private disposed = false;
  /** The document that was opened last. */
  private newest: TextDocument | null = null;

  /** @param known the text that is expected there */
  constructor(
    source: TextSource,
    private known: string,
    private readonly on: SourceNews,
  ) {
    this.uri = Uri.parse(source.uri);
    this.span = { start: source.start, end: source.end };
    const own = (document: TextDocument) => document.uri.toString() === this.uri.toString();
    this.parts = [
      this.closing,
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (!own(document) || contentChanges.length === 0) return;
        if (this.tied) this.follow(document, movedBy(this.span, contentChanges));
        else if (this.tie(document)) this.on.moved();
      }),
      workspace.onDidCloseTextDocument((document) => own(document) && this.closing.ask()),
      workspace.onDidOpenTextDocument((document) => {
        this.newest = document;
        if (own(document) && !this.tied && this.tie(document)) this.on.moved();
      }),
      workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) this.renamed(oldUri, newUri);
      }),
    ];
    const { document } = this;
    if (document) this.tie(document);
    else void this.load();
  }

  /** As it is now; null while it is not tied. */
  get source(): TextSource | null {
    return this.tied ? { uri: this.uri.toString(), ...this.span } : null;
  }

  /** The text as the document last had it there. */
  get text(): string {
    return this.known;
  }

  /** The document, while the text is tied to it. */
  get tiedTo(): { readonly document: TextDocument; readonly span: Span } | null {
    const { document } = this;
    return this.tied && document ? { document, span: this.span } : null;
  }

  dispose(): void {
    this.disposed = true;
    for (const part of this.parts) part.dispose();
  }

  private get document(): TextDocument | undefined {
    const name = this.uri.toString();
    return workspace.textDocuments.find(({ uri }) => uri.toString() === name);
  }

  /** A window that was reloaded has not loaded the documents of its tabs behind others. Documents without a tab are left alone. */
  private async load(): Promise<void> {
    const name = this.uri.toString();
    const open = window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .some(({ input }) => (input as { readonly uri?: Uri } | undefined)?.uri?.toString() === name);
    if (!open) return;
    try {
      const document = await workspace.openTextDocument(this.uri);
      if (!this.disposed && !this.tied && this.tie(document)) this.on.moved();
    } catch {
      // What cannot be opened holds no text.
    }
  }

  private tie(document: TextDocument): boolean {
    this.tied = textAt(document, this.span) === this.known;
    return this.tied;
  }

  private follow(document: TextDocument, now: Span | null): void {
    const before = this.span;
    const span = now ?? nearestOccurrence(document.getText(), this.known, before.start);
    if (!span) return this.lose();
    this.span = span;
    const text = textAt(document, span);
    if (text.trim() === '') return this.lose();
    if (text !== this.known) {
      this.known = text;
      this.on.edited();
    } else if (span.start !== before.start) this.on.moved();
  }

  private lose(): void {
    if (!this.tied) return;
    this.tied = false;
    this.on.lost();
  }

  private closed(): void {
    const { document } = this;
    if (document && this.tie(document)) return;
    if (!this.savedAs()) this.tied = false;
    // Who closes a document wants no word about it.
    this.on.moved();
  }

  /** A document without a file that is saved is emptied and closed, once its file was opened: the text is there at the same place. */
  private savedAs(): boolean {
    const file = this.newest;
    if (this.uri.scheme !== 'untitled' || !file || file.isUntitled || !this.tie(file)) return false;
    this.uri = file.uri;
    return true;
  }

  private renamed(from: Uri, to: Uri): void {
    if (this.uri.scheme !== from.scheme || this.uri.authority !== from.authority) return;
    const path = movedPath(this.uri.path, from.path, to.path);
    if (path === null) return;
    this.uri = to.with({ path });
    const { document } = this;
    if (document && this.tie(document)) this.on.moved();
  }
}

const textAt = (document: TextDocument, { start, end }: Span): string =>
  document.getText(new Range(document.positionAt(start), document.positionAt(end)));
