import assert from 'node:assert/strict';
import { commands, TreeItemCollapsibleState, window, type MarkdownString, type TreeItem } from 'vscode';
import { closePanels, inWorkspace, lens, opened } from '../support/lens';
import { explainedPage } from '../support/page';
import { withStub } from '../support/stub';
import { until } from '../support/until';

const prompts = ['a bald man', 'a rocket in space'];
const request = { images: [inWorkspace('space.png').toString()], prompts, model: null };

/** The tree of towers, layers and heads. */
export function heads(): void {
  before(async () => void (await commands.executeCommand('attentionLens.heads.focus')));
  afterEach(async () => {
    await commands.executeCommand('attentionLens.sortHeadsByIndex');
    await closePanels();
  });

  const tree = async () => (await lens()).testing.headsTree;

  /** Once the numbers are there. */
  async function numbered(): Promise<void> {
    const shown = await tree();
    await until(() => {
      const [vision] = shown.getChildren();
      const [layer] = shown.getChildren(vision);
      return layer && /rel/.test(String(shown.getTreeItem(layer).description));
    }, 'the numbers of the heads');
  }

  it('is empty without an explanation', async () => {
    assert.deepEqual((await tree()).getChildren(), []);
  });

  it('has towers, layers and heads, with numbers that say what they are', async () => {
    await opened(inWorkspace('space.png'), prompts);
    const shown = await tree();
    const towers = shown.getChildren();
    assert.deepEqual(towers.map((node) => shown.getTreeItem(node).label), ['Image tower', 'Text tower']); // prettier-ignore
    await numbered();
    const layers = shown.getChildren(towers[0]);
    assert.equal(layers.length, 6);
    assert.equal(shown.getTreeItem(layers[0]!).collapsibleState, TreeItemCollapsibleState.Collapsed);
    const [head] = shown.getChildren(layers[5]);
    const item = shown.getTreeItem(head!);
    assert.equal(item.label, 'Head 0');
    assert.match(String(item.description), /^rel .*%.H \d\.\d\d.d \d\.\d.CLS .*%$/u);
    assert.match(item.accessibilityInformation!.label, /^Head 0, entropy .* nats, mean distance .* patches, on CLS /);
    assert.match(textOf(item), /rocket|bald/);
    assert.deepEqual(item.command, { command: 'attentionLens.showHead', title: 'Show Head', arguments: [head] });
    assert.equal(shown.getParent(head!), layers[5]);
    assert.equal(item.collapsibleState, TreeItemCollapsibleState.None);
  });

  it('shares of relevance sum to 1 over a tower', async () => {
    const panel = await opened(inWorkspace('space.png'), prompts);
    const { vision, text } = await panel.statistics(0);
    for (const { relevance } of [vision, text]) {
      const [, layers, count] = relevance.dims as [number, number, number];
      const sum = relevance.data.subarray(0, layers * count).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum - 1) < 1e-3, String(sum));
    }
  });

  it('is sorted by every number, largest first, and keeps what is expanded', async () => {
    await opened(inWorkspace('space.png'), prompts);
    await numbered();
    const shown = await tree();
    const [vision] = shown.getChildren();
    const layer = shown.getChildren(vision)[3]!;
    const inOrder = shown.getChildren(layer);
    const number = { Entropy: /H (\d+\.\d+)/u, Distance: /d (\d+\.\d+)/u };
    for (const [name, pattern] of Object.entries(number)) {
      await commands.executeCommand(`attentionLens.sortHeadsBy${name}`);
      const sorted = shown.getChildren(layer);
      const values = sorted.map((node) => Number(pattern.exec(String(shown.getTreeItem(node).description))![1]));
      assert.deepEqual(values, values.toSorted((a, b) => b - a), name); // prettier-ignore
      assert.deepEqual(new Set(sorted), new Set(inOrder), 'the same objects, which VS Code knows');
    }
    await commands.executeCommand('attentionLens.sortHeadsByIndex');
    assert.deepEqual(shown.getChildren(layer), inOrder);
  });

  it('a chosen head is shown in the page, and the page’s head is found in the tree', async () => {
    const panel = await opened(inWorkspace('space.png'), prompts);
    await until(() => panel.cursor, 'the page');
    await commands.executeCommand('attentionLens.showHead', { kind: 'head', group: 'text', layer: 2, head: 1 });
    await until(() => panel.cursor!.tower === 'text' && panel.cursor!.layer === 2, 'the page to follow', {
      said: () => JSON.stringify(panel.cursor),
    });
    assert.equal(panel.cursor!.head, 1);
    const found = (await tree()).find({ kind: 'head', group: 'text', layer: 2, head: 1 });
    assert.ok(found);
    assert.equal((await tree()).find({ kind: 'head', group: 'text', layer: 99, head: 0 }), null);
  });

  it('follows the page’s target prompt and image', async () => {
    const images = ['space.png', 'meadow.jpg'].map((name) => inWorkspace(name).toString());
    const { page } = await explainedPage({ ...request, images });
    const shown = await tree();
    const tooltip = (): string => {
      const [vision] = shown.getChildren();
      const [layer] = shown.getChildren(vision);
      return textOf(shown.getTreeItem(layer!));
    };
    const cursor = { tower: 'vision', layer: 0, head: 0 } as const;
    page.post({ type: 'event', name: 'cursor', payload: { image: 0, prompt: 1, ...cursor } });
    await until(() => /rocket/.test(tooltip()), 'the second prompt');
    const first = tooltip();
    page.post({ type: 'event', name: 'cursor', payload: { image: 1, prompt: 1, ...cursor } });
    await until(() => /rocket/.test(tooltip()) && tooltip() !== first, 'the second image’s numbers');
  });

  it('what is no head of the explanation is refused with a sentence', async () => {
    const panel = await opened(inWorkspace('space.png'), prompts);
    const before = await until(() => panel.cursor, 'the page');
    const said: string[] = [];
    const hear = (sentence: string) => Promise.resolve(said.push(sentence)).then(() => undefined);
    const wrong = [
      undefined,
      null,
      {},
      { group: 'vision', layer: -1, head: 0 },
      { group: 'vision', layer: 0, head: 99 },
      { group: 'x', layer: 0, head: 0 },
      { group: 'self', layer: 0, head: 0 },
      { group: '__proto__', layer: 0, head: 0 },
    ];
    await withStub(window, 'showErrorMessage', hear, async () => {
      for (const passed of wrong) await commands.executeCommand('attentionLens.showHead', passed);
    });
    assert.equal(said.length, wrong.length);
    for (const sentence of said) assert.match(sentence, /has no such head\. Give "group" \(vision or text\)/);
    assert.equal(panel.cursor, before);
  });
}

const textOf = ({ tooltip }: TreeItem): string => (tooltip as MarkdownString).value;
