import { commands, window, type Disposable, type TreeView } from 'vscode';
import { errorKind, UsageError } from '../../shared/errors';
import type { ExplanationRows } from '../../shared/explanation';
import type { Statistics } from '../../shared/heads-data';
import type { HeadCursor } from '../../shared/panel-protocol';
import type { Room } from '../room';
import { HeadsTree } from './heads-tree';
import { nodeId, type HeadsNode } from './nodes';
import { sortKeys, type SortKey } from './sort';

const sortState = 'heads.sort';

/**
 * The side panel's tree and the active panel, kept in step: the tree shows the panel's explanation and reveals its head; a head that is chosen
 * in the tree is shown in the panel. Numbers are asked for while the tree is seen, never before.
 */
export class HeadsView implements Disposable {
  readonly tree = new HeadsTree();
  private readonly view: TreeView<HeadsNode>;
  private readonly subscriptions: Disposable[];
  /** For each explanation, asked for once. */
  private readonly statistics = new WeakMap<ExplanationRows, Statistics | 'asked' | 'failed'>();
  private drawn = '';
  /** How often the tree was drawn: one that is drawn anew forgets what was being revealed in it. */
  private draws = 0;
  private drawnExplanation: ExplanationRows | null = null;
  /** What this side reveals, so that the selection that follows is not taken for the user's. */
  private readonly revealing = new Set<string>();
  private sort: SortKey;

  constructor(private readonly room: Room) {
    const stored = room.context.workspaceState.get(sortState);
    this.sort = sortKeys.find((key) => key === stored) ?? 'index';
    this.view = window.createTreeView('attentionLens.heads', { treeDataProvider: this.tree, showCollapseAll: true });
    this.subscriptions = [
      this.view,
      this.tree,
      room.panels.onDidChangeActive(() => this.update()),
      this.view.onDidChangeVisibility(() => this.update()),
      this.view.onDidChangeSelection(({ selection }) => this.selected(selection[0])),
    ];
    void commands.executeCommand('setContext', 'attentionLens.headsSort', this.sort);
    this.update();
  }

  async sortBy(key: SortKey): Promise<void> {
    this.sort = key;
    this.update();
    await commands.executeCommand('setContext', 'attentionLens.headsSort', key);
    await this.room.context.workspaceState.update(sortState, key);
  }

  /** Asks for the numbers again, also where that failed. */
  refresh(): void {
    const explained = this.current()?.explained;
    if (explained) this.statistics.delete(explained);
    this.drawn = '';
    this.update();
  }

  /**
   * Shows a head in the active panel, which comes to the front without taking the focus. The tree passes a line of its own; a keybinding
   * passes what somebody wrote.
   *
   * @throws UsageError where the explanation has no such head
   */
  showHead(passed?: Partial<HeadCursor> | null): void {
    const { tower = 'vision', layer = NaN, head = NaN } = passed ?? {};
    if (!this.tree.find({ kind: 'head', tower, layer, head }))
      throw new UsageError(
        'The explanation has no such head. Give "tower" (vision or text), "layer" and "head", counted from 0.',
      );
    this.room.panels.active?.showHead({ tower, layer, head });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private current() {
    const panel = this.room.panels.active;
    // A comparison has one tree: of the image that the panel's cursor is in.
    const index = panel?.cursor?.image ?? 0;
    const image = panel?.images[index];
    return panel && image ? { panel, index, image, explained: image.explained } : null;
  }

  private update(): void {
    const now = this.current();
    const explained = now?.explained ?? null;
    const prompt = now?.panel.cursor?.prompt ?? 0;
    const known = explained ? this.statistics.get(explained) : undefined;
    const statistics = typeof known === 'object' ? known : null;
    // A moved head alone changes no line: only what is drawn differently is drawn again.
    const drawn = JSON.stringify([prompt, this.sort, statistics !== null]);
    if (drawn !== this.drawn || explained !== this.drawnExplanation) {
      this.drawn = drawn;
      this.drawnExplanation = explained;
      this.draws++;
      this.tree.show(explained && { explained, statistics, prompt, sort: this.sort });
      const target = explained?.prompts[prompt]?.text;
      this.view.description = now ? [now.image.name, ...(target ? [`“${target}”`] : [])].join(' · ') : undefined;
    }
    if (known !== 'failed') this.view.message = undefined;
    if (!now || !this.view.visible) return;
    if (known === undefined) void this.ask(now);
    if (now.panel.cursor) void this.reveal(now.panel.cursor);
  }

  private async ask({ panel, index, explained }: NonNullable<ReturnType<HeadsView['current']>>): Promise<void> {
    this.statistics.set(explained, 'asked');
    try {
      this.statistics.set(explained, await panel.statistics(index));
    } catch (error) {
      // A cancelled call is asked for again when the tree is next looked at.
      if (errorKind(error) === 'cancelled') this.statistics.delete(explained);
      else this.failed(explained, error);
      return;
    }
    this.update();
  }

  private failed(explained: ExplanationRows, error: unknown): void {
    this.statistics.set(explained, 'failed');
    this.room.log.error(error instanceof Error ? error : String(error));
    if (this.current()?.explained !== explained) return;
    const why = error instanceof Error ? error.message : String(error);
    this.view.message = `The numbers of the heads could not be computed: ${why} Refresh to try again.`;
  }

  private selected(node: HeadsNode | undefined): void {
    if (node?.kind !== 'head' || this.revealing.has(nodeId(node))) return;
    const at = this.room.panels.active?.cursor;
    if (at?.tower !== node.tower || at.layer !== node.layer || at.head !== node.head) this.showHead(node);
  }

  /** Revealing opens a hidden view, so this is for a view that is seen. The latest cursor wins. */
  private async reveal({ tower, layer, head }: HeadCursor): Promise<void> {
    const node = this.tree.find({ kind: 'head', tower, layer, head });
    if (!node || this.view.selection[0] === node) return;
    const id = nodeId(node);
    if (this.revealing.has(id)) return;
    this.revealing.add(id);
    const { draws } = this;
    try {
      await this.view.reveal(node, { select: true, focus: false });
    } catch (error) {
      // The tree was drawn anew meanwhile; the next update reveals again.
      this.room.log.debug(`A head could not be revealed: ${String(error)}`);
    } finally {
      // The selection's event follows the answer.
      setTimeout(() => {
        this.revealing.delete(id);
        if (this.draws !== draws) this.update();
      }, 250);
    }
  }
}
