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
import type { Recent } from '../recent';
import { ago, isOfTexts, type RecentExplanation } from '../recent-list';
import { recentWords } from '../recent-words';
import type { PanelRequest } from '../../shared/panel-protocol';
import type { TextPanelRequest } from '../../shared/text/panel-protocol';
import { beginning, textsOf } from '../texts/request';

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
    const missing = isOfTexts(request) ? null : await missingImage(request.images);
    const { label, detail, icon } = recentWords(request);
    const item = new TreeItem(label, TreeItemCollapsibleState.None);
    item.description = [missing === null ? detail : 'the image is missing', ago(time, Date.now())]
      .filter((part) => part !== '')
      .join(' · ');
    item.iconPath = new ThemeIcon(missing === null ? icon : 'warning');
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

function tooltip(entry: RecentExplanation, missing: string | null): MarkdownString {
  const { request, time } = entry;
  const text = new MarkdownString();
  if (isOfTexts(request)) texts(text, request);
  else images(text, request, missing);
  const own = isOfTexts(request) ? request.items.map(({ model }) => model) : [request.model];
  const models = [...new Set(own)].map((model) => model ?? 'the model of the settings').join(' | ');
  return text.appendMarkdown('\n').appendText(`${new Date(time).toLocaleString()} · ${models}`);
}

function images(text: MarkdownString, { images, prompts }: PanelRequest, missing: string | null): void {
  for (const image of images) {
    const uri = Uri.parse(image);
    const path = uri.scheme === 'file' ? uri.fsPath : uri.toString(true);
    text.appendText(image === missing ? `${path} (missing)` : path).appendMarkdown('\n\n');
  }
  for (const prompt of prompts) text.appendMarkdown('- ').appendText(prompt).appendMarkdown('\n');
}

/** As much of a text as a tooltip holds. */
const tooltipColumns = 600;

function texts(text: MarkdownString, { items }: TextPanelRequest): void {
  for (const one of new Set(items.flatMap((item) => textsOf(item))))
    text.appendText(beginning(one, tooltipColumns)).appendMarkdown('\n\n');
}
