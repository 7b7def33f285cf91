import {
  EventEmitter,
  FileSystemError,
  MarkdownString,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  workspace,
  type Disposable,
  type TreeDataProvider,
} from 'vscode';
import { nameOf } from '../names';
import type { Recent } from '../recent';
import { ago, type RecentExplanation } from '../recent-list';

/** Recent explanations, most recent first; one click opens one again. */
export class RecentTree implements TreeDataProvider<RecentExplanation>, Disposable {
  private readonly changed = new EventEmitter<undefined>();
  private readonly subscription: Disposable;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly recent: Recent) {
    this.subscription = recent.onDidChange(() => this.refresh());
  }

  refresh(): void {
    this.changed.fire(undefined);
  }

  getChildren(entry?: RecentExplanation): RecentExplanation[] {
    return entry ? [] : [...this.recent.list];
  }

  async getTreeItem(entry: RecentExplanation): Promise<TreeItem> {
    const { request, time } = entry;
    const missing = await missingImage(request.images);
    const item = new TreeItem(
      request.images.map((image) => nameOf(Uri.parse(image).path)).join(' | '),
      TreeItemCollapsibleState.None,
    );
    const when = ago(time, Date.now());
    item.description = missing === null ? `${request.prompts.join(' · ')} · ${when}` : `the image is missing · ${when}`;
    item.iconPath = new ThemeIcon(missing === null ? 'file-media' : 'warning');
    item.contextValue = 'attentionLens.recent';
    item.tooltip = tooltip(entry, missing);
    item.command = { command: 'attentionLens.reopenExplanation', title: 'Open Again', arguments: [entry] };
    return item;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}

/** The first image that is no longer there; an image that cannot be asked for now (a file system that is not connected) is not missing. */
export async function missingImage(images: readonly string[]): Promise<string | null> {
  for (const image of images) {
    try {
      await workspace.fs.stat(Uri.parse(image));
    } catch (error) {
      if (error instanceof FileSystemError && error.code === 'FileNotFound') return image;
    }
  }
  return null;
}

function tooltip({ request, time }: RecentExplanation, missing: string | null): MarkdownString {
  const text = new MarkdownString();
  for (const image of request.images) {
    const uri = Uri.parse(image);
    const path = uri.scheme === 'file' ? uri.fsPath : uri.toString(true);
    text.appendText(image === missing ? `${path} (missing)` : path).appendMarkdown('\n\n');
  }
  for (const prompt of request.prompts) text.appendMarkdown('- ').appendText(prompt).appendMarkdown('\n');
  const model = request.model === null ? 'the model of the settings' : request.model;
  return text.appendMarkdown('\n').appendText(`${new Date(time).toLocaleString()} · ${model}`);
}
