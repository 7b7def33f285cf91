import { commands, window, type Disposable, type TreeView } from 'vscode';
import type { Recent } from '../recent';
import type { RecentExplanation } from '../recent-list';
import { RecentTree } from './recent-tree';

/** The second view of the side panel, and the context key that its commands depend on. */
export class RecentView implements Disposable {
  readonly tree: RecentTree;
  private readonly view: TreeView<RecentExplanation>;
  private readonly subscriptions: readonly Disposable[];

  constructor(private readonly recent: Recent) {
    this.tree = new RecentTree(recent);
    this.view = window.createTreeView('attentionLens.recent', { treeDataProvider: this.tree });
    this.subscriptions = [
      this.tree,
      this.view,
      recent.onDidChange(() => this.say()),
      // Times are relative, and images come and go: what one comes back to is drawn anew.
      this.view.onDidChangeVisibility(({ visible }) => visible && this.tree.refresh()),
    ];
    this.say();
  }

  /** What a menu passed, if it is a line of this tree. */
  entryOf(passed: unknown): RecentExplanation | undefined {
    return this.recent.list.find((entry) => JSON.stringify(entry) === JSON.stringify(passed));
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private say(): void {
    void commands.executeCommand('setContext', 'attentionLens.hasRecent', this.recent.list.length > 0);
  }
}
