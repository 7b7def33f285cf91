import type { Disposable } from 'vscode';
import { MarkdownString, StatusBarAlignment, window, type StatusBarItem } from 'vscode';
import type { Work } from './work';

/** What is done sooner needs no item: it would only flicker. */
const patienceMs = 400;

/** The one status-bar item: there only while the engine works, with what it does; a click shows the log. */
export class StatusBar implements Disposable {
  private readonly subscription: Disposable;
  private item: StatusBarItem | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly work: Work) {
    this.subscription = work.onDidChange(() => this.update());
  }

  dispose(): void {
    this.subscription.dispose();
    this.hide();
  }

  private update(): void {
    if (this.work.stage === null) return this.hide();
    if (this.item) this.show(this.item);
    else this.timer ??= setTimeout(() => this.begin(), patienceMs);
  }

  private begin(): void {
    this.item = window.createStatusBarItem('attentionLens.work', StatusBarAlignment.Left);
    this.item.name = 'Attention Lens';
    this.item.command = 'attentionLens.showLog';
    this.show(this.item);
    this.item.show();
  }

  private show(item: StatusBarItem): void {
    const { stage } = this.work;
    if (stage === null) return;
    // A model's name may hold what would be an icon.
    item.text = `$(loading~spin) ${stage.replaceAll('$(', '$\u200b(')}`;
    item.accessibilityInformation = { label: `Attention Lens: ${stage}` };
    item.tooltip = new MarkdownString().appendText('Attention Lens is working. Click to show the log.');
  }

  private hide(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.item?.dispose();
    this.item = null;
  }
}
