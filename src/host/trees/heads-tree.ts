import { EventEmitter, TreeItem, type Disposable, type TreeDataProvider } from 'vscode';
import type { HeadStatistics } from '../../shared/heads-data';
import { headsItem } from './heads-items';
import { headMeasures, layerMeasures } from './measures';
import { childrenOf, groupOf, headsIn, isPooling, layersIn, nodeId, parentOf, type HeadsNode } from './nodes';
import type { ShownHeads } from './shown-heads';
import { sortedIndices, type Measures, type SortKey } from './sort';

/** What the tree shows. */
export interface DrawnHeads extends Pick<ShownHeads, 'groups' | 'prompt' | 'target'> {
  /** One for each group; null while they are being computed, or where they could not be. */
  readonly statistics: readonly HeadStatistics[] | null;
  readonly sort: SortKey;
}

/** Groups → layers → heads of one explanation. Draws what it is given; what that is, HeadsView decides. */
export class HeadsTree implements TreeDataProvider<HeadsNode>, Disposable {
  private readonly changed = new EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private shown: DrawnHeads | null = null;
  /** VS Code knows lines by identity: the same place is the same object. */
  private readonly nodes = new Map<string, HeadsNode>();

  show(shown: DrawnHeads | null): void {
    this.shown = shown;
    this.changed.fire(undefined);
  }

  getChildren(parent?: HeadsNode): HeadsNode[] {
    if (!this.shown) return [];
    const { groups, sort } = this.shown;
    const children = childrenOf(parent, groups);
    const order =
      !parent || parent.kind === 'head'
        ? children.map((_, index) => index)
        : sortedIndices(children.length, sort, (index) => this.measures(children[index]!));
    return order.map((index) => this.known(children[index]!));
  }

  getParent(node: HeadsNode): HeadsNode | undefined {
    const parent = parentOf(node);
    return parent && this.known(parent);
  }

  getTreeItem(node: HeadsNode): TreeItem {
    const group = groupOf(this.shown?.groups ?? [], node.group);
    // A line of the explanation that was shown before; VS Code is about to ask for the new ones.
    if (!group) return new TreeItem(nodeId(node));
    return headsItem(node, group, this.measures(node), this.shown!.target);
  }

  /** The line of a place, if the explanation has it. */
  find(place: Extract<HeadsNode, { kind: 'head' }>): HeadsNode | null {
    const shape = groupOf(this.shown?.groups ?? [], place.group);
    if (!shape || !within(place.layer, layersIn(shape)) || !within(place.head, headsIn(shape, place.layer)))
      return null;
    return this.known(place);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private measures(node: HeadsNode): Measures | null {
    if (!this.shown?.statistics || node.kind === 'group') return null;
    const { statistics, groups, prompt } = this.shown;
    const index = groups.findIndex(({ name }) => name === node.group);
    const own = statistics[index];
    // The numbers are about patches among themselves; a pooling head has one query, which is none of them.
    if (!own || isPooling(groups[index]!, node.layer)) return null;
    return node.kind === 'head' ? headMeasures(own, prompt, node) : layerMeasures(own, prompt, node.layer);
  }

  private known(node: HeadsNode): HeadsNode {
    const id = nodeId(node);
    const known = this.nodes.get(id) ?? node;
    this.nodes.set(id, known);
    return known;
  }
}

const within = (index: number, count: number): boolean => Number.isInteger(index) && index >= 0 && index < count;
