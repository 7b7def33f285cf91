import { EventEmitter, type Disposable, type TreeDataProvider, type TreeItem } from 'vscode';
import type { ExplanationRows } from '../../shared/explanation';
import type { Statistics } from '../../shared/heads-data';
import { layerCount } from '../../shared/layers';
import { headsItem } from './heads-items';
import { headMeasures, layerMeasures } from './measures';
import { childrenOf, headsIn, isPooling, nodeId, parentOf, type HeadsNode } from './nodes';
import { sortedIndices, type Measures, type SortKey } from './sort';

/** What the tree shows. */
export interface HeadsShown {
  readonly explained: ExplanationRows;
  /** null while they are being computed, or where they could not be. */
  readonly statistics: Statistics | null;
  /** The target prompt. */
  readonly prompt: number;
  readonly sort: SortKey;
}

/** Towers → layers → heads of one explanation. Draws what it is given; what that is, HeadsView decides. */
export class HeadsTree implements TreeDataProvider<HeadsNode>, Disposable {
  private readonly changed = new EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private shown: HeadsShown | null = null;
  /** VS Code knows lines by identity: the same place is the same object. */
  private readonly nodes = new Map<string, HeadsNode>();

  show(shown: HeadsShown | null): void {
    this.shown = shown;
    this.changed.fire(undefined);
  }

  getChildren(parent?: HeadsNode): HeadsNode[] {
    if (!this.shown) return [];
    const { explained, sort } = this.shown;
    const children = childrenOf(parent, explained);
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
    const { explained, prompt } = this.shown!;
    return headsItem(node, explained, this.measures(node), explained.prompts[prompt]?.text ?? null);
  }

  /** The line of a place, if the explanation has it. */
  find(place: Extract<HeadsNode, { kind: 'head' }>): HeadsNode | null {
    const shape = this.shown?.explained[place.tower];
    if (!shape || !within(place.layer, layerCount(shape)) || !within(place.head, headsIn(shape, place.layer)))
      return null;
    return this.known(place);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private measures(node: HeadsNode): Measures | null {
    if (!this.shown?.statistics || node.kind === 'tower') return null;
    const { statistics, explained, prompt } = this.shown;
    // The numbers are about patches among themselves; a pooling head has one query, which is none of them.
    if (isPooling(explained[node.tower], node.layer)) return null;
    const own = statistics[node.tower];
    return node.kind === 'head'
      ? headMeasures(own, node.tower, prompt, node)
      : layerMeasures(own, node.tower, prompt, node.layer);
  }

  private known(node: HeadsNode): HeadsNode {
    const id = nodeId(node);
    const known = this.nodes.get(id) ?? node;
    this.nodes.set(id, known);
    return known;
  }
}

const within = (index: number, count: number): boolean => Number.isInteger(index) && index >= 0 && index < count;
