import { commands, window, type Disposable, type TreeView } from 'vscode';
import { errorKind, UsageError } from '../../shared/errors';
import type { HeadStatistics } from '../../shared/heads-data';
import { AtRest } from '../at-rest';
import type { Room } from '../room';
import { HeadsTree } from './heads-tree';
import { nodeId, type HeadsNode } from './nodes';
import type { HeadPlace, ShownHeads } from './shown-heads';
import { sortKeys, type SortKey } from './sort';

const sortState = 'heads.sort';

/** The numbers take a run or more of the engine: what the panel fetches of a new explanation goes first, and each letter that is typed makes another. */
const quietMs = 150;

/**
 * So long VS Code may take until a drawn tree is as it was told. What is to be revealed waits for that inside of VS Code, and then opens the
 * view, though somebody may have left it by then: so it waits here.
 */
const drawnMs = 250;

/**
 * The side panel's tree and the active panel, kept in step: the tree shows the panel's explanation and reveals its head; a head that is chosen
 * in the tree is shown in the panel. Numbers are asked for while the tree is seen, never before.
 */
export class HeadsView implements Disposable {
  readonly tree = new HeadsTree();
  private readonly view: TreeView<HeadsNode>;
  private readonly subscriptions: Disposable[];
  /** For each explanation, asked for once. */
  private readonly statistics = new WeakMap<object, readonly HeadStatistics[] | 'asked' | 'failed'>();
  private drawn = '';
  private drawnAt = 0;
  private drawnExplanation: object | null = null;
  /** What was revealed last, or is about to be. It is not again when numbers come: the user may have folded its layer. */
  private followed: { readonly explanation: object; readonly at: HeadPlace } | null = null;
  /** What this side reveals, so that the selection that follows is not taken for the user's. */
  private readonly revealing = new Set<string>();
  private sort: SortKey;
  private readonly asking = new AtRest(() => {
    const now = this.current();
    if (now && this.view.visible && !this.statistics.has(now.explanation)) void this.ask(now);
  }, quietMs);
  private readonly following = new AtRest(() => this.follow(), drawnMs);

  constructor(private readonly room: Room) {
    const stored = room.context.workspaceState.get(sortState);
    this.sort = sortKeys.find((key) => key === stored) ?? 'index';
    this.view = window.createTreeView('attentionLens.heads', { treeDataProvider: this.tree, showCollapseAll: true });
    this.subscriptions = [
      this.asking,
      this.following,
      this.view,
      this.tree,
      room.front.onDidChange(() => this.update()),
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
    const shown = this.current();
    if (shown) this.statistics.delete(shown.explanation);
    this.drawn = '';
    this.update();
  }

  /**
   * Shows a head in the active panel, which comes to the front without taking the focus. The tree passes a line of its own; a keybinding
   * passes what somebody wrote.
   *
   * @throws UsageError where the explanation has no such head
   */
  showHead(passed?: Partial<HeadPlace> | null): void {
    const { group, layer = NaN, head = NaN } = passed ?? {};
    if (group === undefined || !this.tree.find({ kind: 'head', group, layer, head }))
      throw new UsageError(
        `The explanation has no such head. Give "group"${this.groupNames()}, "layer" and "head", counted from 0.`,
      );
    this.room.front.panel?.showPlace({ group, layer, head });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private current(): ShownHeads | null {
    return this.room.front.panel?.heads ?? null;
  }

  /** " (vision or text)" */
  private groupNames(): string {
    const names = this.current()?.groups.map(({ name }) => name) ?? [];
    return names.length === 0 ? '' : ` (${names.join(' or ')})`;
  }

  private update(): void {
    const now = this.current();
    const explanation = now?.explanation ?? null;
    const known = explanation ? this.statistics.get(explanation) : undefined;
    const statistics = typeof known === 'object' ? known : null;
    // A moved head alone changes no line: only what is drawn differently is drawn again.
    const drawn = JSON.stringify([now?.prompt, now?.target, now?.title, this.sort, statistics !== null]);
    if (drawn !== this.drawn || explanation !== this.drawnExplanation) {
      this.drawn = drawn;
      this.drawnExplanation = explanation;
      this.drawnAt = Date.now();
      // A tree that is drawn anew forgets what was being revealed in it.
      if (this.revealing.size > 0) this.following.ask();
      this.tree.show(now && { ...now, statistics, sort: this.sort });
      this.view.description = now ? [now.title, ...(now.target ? [`“${now.target}”`] : [])].join(' · ') : undefined;
    }
    if (known !== 'failed') this.view.message = undefined;
    if (!now || !this.view.visible) {
      this.followed = null;
      return;
    }
    if (known === undefined) this.asking.ask();
    const { at, explanation: shown } = now;
    if (!at || (this.followed?.explanation === shown && samePlace(this.followed.at, at))) return;
    this.followed = { explanation: shown, at };
    if (Date.now() - this.drawnAt < drawnMs) this.following.ask();
    else this.follow();
  }

  /** Revealing opens a hidden view, so this is for a view that is seen. */
  private follow(): void {
    const at = this.current()?.at;
    if (at && this.view.visible) void this.reveal(at);
  }

  private async ask({ explanation, statistics }: ShownHeads): Promise<void> {
    this.statistics.set(explanation, 'asked');
    try {
      this.statistics.set(explanation, await statistics());
    } catch (error) {
      // A cancelled call is asked for again when the tree is next looked at.
      if (errorKind(error) === 'cancelled') this.statistics.delete(explanation);
      else this.failed(explanation, error);
      return;
    }
    this.update();
  }

  private failed(explanation: object, error: unknown): void {
    this.statistics.set(explanation, 'failed');
    this.room.log.error(error instanceof Error ? error : String(error));
    if (this.current()?.explanation !== explanation) return;
    const why = error instanceof Error ? error.message : String(error);
    this.view.message = `The numbers of the heads could not be computed: ${why} Refresh to try again.`;
  }

  private selected(node: HeadsNode | undefined): void {
    if (node?.kind !== 'head' || this.revealing.has(nodeId(node))) return;
    const now = this.current();
    // Whoever chose it sees it, and may fold its layer at once.
    this.following.dispose();
    this.followed = now && { explanation: now.explanation, at: node };
    if (!now?.at || !samePlace(now.at, node)) this.showHead(node);
  }

  /** The latest cursor wins. */
  private async reveal(place: HeadPlace): Promise<void> {
    const node = this.tree.find({ kind: 'head', ...place });
    if (!node || this.view.selection[0] === node) return;
    const id = nodeId(node);
    if (this.revealing.has(id)) return this.following.ask();
    this.revealing.add(id);
    try {
      await this.view.reveal(node, { select: true, focus: false });
    } catch (error) {
      this.room.log.debug(`A head could not be revealed: ${String(error)}`);
    } finally {
      // The selection's event follows the answer.
      setTimeout(() => this.revealing.delete(id), drawnMs);
    }
  }
}

const samePlace = (a: HeadPlace, b: HeadPlace): boolean =>
  a.group === b.group && a.layer === b.layer && a.head === b.head;
