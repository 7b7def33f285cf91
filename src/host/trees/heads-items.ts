import { MarkdownString, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { isPooling, nodeId, nodeLabel, type HeadsNode } from './nodes';
import type { HeadGroup } from './shown-heads';
import type { Measures } from './sort';
import { sentences, shortMeasures, spokenMeasures } from './words';

/** A line of the tree. `measures`: null while they are being computed, or where there are none. `target`: what relevance is of. */
export function headsItem(
  node: HeadsNode,
  group: HeadGroup,
  measures: Measures | null,
  target: string | null,
): TreeItem {
  const label = nodeLabel(node, group);
  const item = new TreeItem(label, collapsible(node));
  item.id = nodeId(node);
  item.contextValue = `attentionLens.${node.kind}`;
  if (node.kind === 'group') {
    item.iconPath = new ThemeIcon(group.icon);
    item.description = groupWords(group);
  }
  if (measures) {
    item.description = shortMeasures(measures, group);
    item.accessibilityInformation = { label: `${label}, ${spokenMeasures(measures, group)}` };
  }
  item.tooltip = tooltip(node, group, measures, target);
  if (node.kind === 'head') item.command = { command: 'attentionLens.showHead', title: 'Show Head', arguments: [node] };
  return item;
}

const collapsible = ({ kind }: HeadsNode): TreeItemCollapsibleState =>
  kind === 'head'
    ? TreeItemCollapsibleState.None
    : kind === 'group'
      ? TreeItemCollapsibleState.Expanded
      : TreeItemCollapsibleState.Collapsed;

function groupWords({ layers, heads, pooling }: HeadGroup): string {
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  return `${count(layers, 'layer')} · ${count(heads, 'head')}${pooling === null ? '' : ' · pooling head'}`;
}

function tooltip(node: HeadsNode, group: HeadGroup, measures: Measures | null, target: string | null): MarkdownString {
  const text = new MarkdownString();
  if (node.kind === 'group') return text.appendText(`${group.label}: ${groupWords(group)}`);
  const layer = isPooling(group, node.layer) ? 'pooling head' : `layer ${node.layer}`;
  text.appendText(
    `${group.label}, ${layer}${node.kind === 'head' ? `, head ${node.head}` : ': means of its heads, sum of their relevance'}`,
  );
  if (!measures) return text;
  // Prompts are text, never Markdown: appendText escapes them.
  for (const { name, value, meaning } of sentences(measures, group, target)) {
    text.appendMarkdown('\n\n');
    text.appendText(`${name} ${value}: ${meaning}.`);
  }
  return text;
}
