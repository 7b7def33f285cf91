import { MarkdownString, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { TowerShape } from '../../shared/explanation';
import { isPooling, nodeId, nodeLabel, type HeadsNode, type Towers } from './nodes';
import type { Measures } from './sort';
import { sentences, shortMeasures, spokenMeasures } from './words';

const icons = { vision: 'file-media', text: 'whole-word' } as const;

/** A line of the tree. `measures`: null while they are being computed, or where there are none. `target`: the prompt whose relevance it is. */
export function headsItem(node: HeadsNode, towers: Towers, measures: Measures | null, target: string | null): TreeItem {
  const label = nodeLabel(node, towers);
  const item = new TreeItem(label, collapsible(node));
  const shape = towers[node.tower];
  item.id = nodeId(node);
  item.contextValue = `attentionLens.${node.kind}`;
  if (node.kind === 'tower') {
    item.iconPath = new ThemeIcon(icons[node.tower]);
    item.description = towerWords(shape);
  }
  if (measures) {
    item.description = shortMeasures(measures, node.tower);
    item.accessibilityInformation = { label: `${label}, ${spokenMeasures(measures, node.tower)}` };
  }
  item.tooltip = tooltip(node, label, towers, measures, target);
  if (node.kind === 'head') item.command = { command: 'attentionLens.showHead', title: 'Show Head', arguments: [node] };
  return item;
}

const collapsible = ({ kind }: HeadsNode): TreeItemCollapsibleState =>
  kind === 'head'
    ? TreeItemCollapsibleState.None
    : kind === 'tower'
      ? TreeItemCollapsibleState.Expanded
      : TreeItemCollapsibleState.Collapsed;

function towerWords({ layers, heads, pooling }: TowerShape): string {
  return `${layers} layers · ${heads} heads${pooling ? ' · pooling head' : ''}`;
}

function tooltip(
  node: HeadsNode,
  label: string,
  towers: Towers,
  measures: Measures | null,
  target: string | null,
): MarkdownString {
  const text = new MarkdownString();
  const shape = towers[node.tower];
  if (node.kind === 'tower') return text.appendText(`${label}: ${towerWords(shape)}`);
  const place = `${nodeLabel({ kind: 'tower', tower: node.tower }, towers)}, `;
  const layer = isPooling(shape, node.layer) ? 'pooling head' : `layer ${node.layer}`;
  text.appendText(
    `${place}${layer}${node.kind === 'head' ? `, head ${node.head}` : ': means of its heads, sum of their relevance'}`,
  );
  if (!measures) return text;
  // Prompts are text, never Markdown: appendText escapes them.
  for (const { name, value, meaning } of sentences(measures, node.tower, target)) {
    text.appendMarkdown('\n\n');
    text.appendText(`${name} ${value}: ${meaning}.`);
  }
  return text;
}
