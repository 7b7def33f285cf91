import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import {
  commands,
  ThemeIcon,
  Uri,
  window,
  workspace,
  type SaveDialogOptions,
  type WebviewPanelSerializer,
} from 'vscode';
import { textPanelType } from '../../../src/host/panels/kinds';
import { registerTextSerializer } from '../../../src/host/panels/serializer';
import { sketchedHeads } from '../../../src/shared/head-sketch';
import type { TextPanelRequest } from '../../../src/shared/text/panel-protocol';
import { readSafetensors } from '../../../src/shared/safetensors';
import { closePanels, extension, inWorkspace, lens, opened } from '../support/lens';
import { rejectsWith } from '../support/rejects';
import { withStub } from '../support/stub';
import { Page } from '../support/page';
import {
  askFor,
  explained,
  explainedTextPage,
  fox,
  requestFor,
  textPanelWithPage,
  textsIn,
  type TextPage,
} from '../support/text-page';
import { until } from '../support/until';

/** Panels of texts: messages, comparisons, the side panel, files, the engine’s death. */
export function textPanels(): void {
  afterEach(closePanels);

  it('open answers at once, and the page is told when the explanation is there', async () => {
    const { page, panel } = await textPanelWithPage(requestFor(fox));
    const first = await page.ask('open', null);
    assert.deepEqual([first.items, first.status.kind, first.head], [[], 'working', null]);
    assert.deepEqual(first.request.items[0]!.text, fox);
    assert.deepEqual(first.settings, { colourMap: 'inferno', saliency: 'l2', live: true });
    await explained(panel);
    const told = await until(() => page.events('state').at(-1), 'the state');
    assert.deepEqual([told.items.length, told.items[0]!.place, told.status.kind], [1, null, 'ready']);
    const { sequences, attentions } = told.items[0]!.explained;
    assert.equal(sequences[0]!.tokens.length, 12);
    assert.deepEqual([attentions[0]!.layers, attentions[0]!.heads], [6, 12]);
  });

  it('what is told while the page loads is told once; a page that loads later is given all of it', async () => {
    const { page, panel } = await textPanelWithPage(requestFor('A quick cat.'));
    await until(() => panel.items.length > 0, 'the explanation');
    assert.equal(await page.ask('begin', null), null);
    const [state, ...more] = page.events('state');
    assert.deepEqual(more, []);
    assert.deepEqual((await page.ask('begin', null))?.items, state!.items);
  });

  it('another text or target: the answer holds it, and a later open gives it too; the latest wins', async () => {
    const { page, panel } = await explainedTextPage(requestFor(fox));
    const [explanation] = await page.ask('explain', {
      looked: [],
      items: [askFor('A cow.', null, 'sum(last_hidden_state)')],
    });
    assert.deepEqual(explanation!.explained.texts, ['A cow.']);
    assert.deepEqual((await page.ask('open', null)).items[0]!.explained, explanation!.explained);
    const [one, two] = await Promise.allSettled([
      page.ask('explain', { looked: [], items: [askFor('A co')] }),
      page.ask('explain', { looked: [], items: [askFor('A cock.')] }),
    ]);
    assert.deepEqual([one.status, two.status], ['rejected', 'fulfilled']);
    assert.deepEqual(textsIn(panel), [['A cock.']]);
    await until(() => panel.webview.title.endsWith('A cock.'), 'the title');
  });

  it('heads, thumbnails, statistics and integrated gradients have the shapes of the protocol', async () => {
    const { page } = await explainedTextPage(requestFor(fox));
    const at = { item: 0, group: 0, layer: 5 };
    const heads = async (gradient: boolean, exact: readonly number[] | null = null) =>
      sketchedHeads(await page.ask('heads', { ...at, gradient, exact }));
    const { attention, gradient } = await heads(true);
    assert.deepEqual(await heads(false), { attention, gradient: null });
    assert.deepEqual(
      (await heads(false, [3])).attention.data.subarray(3 * 144, 4 * 144),
      attention.data.subarray(3 * 144, 4 * 144),
    );
    assert.deepEqual([attention.dims, gradient?.dims], [[12, 12, 12], [12, 12, 12]]); // prettier-ignore
    const sum = attention.data.subarray(0, 12).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 1) < 1e-4);
    const { matrices } = await page.ask('thumbnails', { item: 0, group: 0, quantity: 'attention' });
    assert.deepEqual(matrices.dims.slice(0, 2), [6, 12]);
    const statistics = await page.ask('statistics', { item: 0 });
    assert.equal(statistics.length, 1);
    assert.deepEqual(statistics[0]!.relevance.dims, [1, 6, 12]);
    const { attributions, completenessError } = await page.ask('integrated', { item: 0 });
    assert.equal(attributions[0]!.length, 12);
    assert.ok(completenessError < 0.05, String(completenessError));
  });

  it('the heads that are looked at come with their text, and no others of it were asked of the model', async () => {
    const { page } = await explainedTextPage(requestFor(fox));
    const at = { item: 0, group: 0, layer: 5, gradient: true, exact: null };
    const [cow] = await page.ask('explain', { looked: [at], items: [askFor('A cow eats grass.')] });
    const tokens = cow!.explained.sequences[0]!.tokens.length;
    const { item: _, ...of } = at;
    assert.deepEqual(cow!.looked!.of, of);
    assert.deepEqual(cow!.looked!.heads.dims, [12, tokens, tokens]);
    assert.deepEqual(cow!.looked!.heads, await page.ask('heads', at));
    // A page that is loaded anew has them at once.
    assert.deepEqual((await page.ask('open', null)).looked, [cow!.looked]);
    // Those that nobody looked at take another run, and are of the same text.
    assert.deepEqual((await page.ask('heads', { ...at, layer: 0 })).dims, [12, tokens, tokens]);
    // What is explained already is not explained again, and its heads are asked for.
    const [again] = await page.ask('explain', { looked: [at], items: [askFor('A cow eats grass.')] });
    assert.equal(again!.looked, null);
    // A layer that another model has.
    const [none] = await page.ask('explain', { looked: [{ ...at, layer: 9 }], items: [askFor('A cow.')] });
    assert.equal(none!.looked, null);
  });

  it('what does not exist is refused with a sentence, what is malformed is refused, and the panel lives on', async () => {
    const { page } = await explainedTextPage(requestFor(fox));
    await rejectsWith(page.ask('heads', { item: 0, group: 0, layer: 99, gradient: false, exact: null }), 'usage', /99/);
    await rejectsWith(page.ask('heads', { item: 0, group: 5, layer: 0, gradient: false, exact: null }), 'usage', /./);
    await rejectsWith(
      page.ask('heads', { item: 1, group: 0, layer: 0, gradient: false, exact: null }),
      'cancelled',
      /no explanation of this text/,
    );
    await rejectsWith(page.ask('explain', { looked: [], items: [askFor(' ')] }), 'usage', /no text/);
    const refused: [string, unknown][] = [
      ['explain', { looked: [], items: [] }],
      ['explain', { looked: [], items: [askFor('a'), askFor('b'), askFor('c')] }],
      ['explain', { looked: [], items: [{ text: 7 }] }],
      ['heads', { item: -1, group: 0, layer: 0, gradient: false }],
      ['export', { item: 0, format: 'exe', method: 'l2' }],
      ['act', { action: 'format-disk' }],
    ];
    for (const [method, params] of refused) await rejectsWith(page.askAnything(method, params), 'usage', /malformed/);
    page.say('light', { item: 0, sequence: 0, tokens: 'all' });
    page.say('light', { item: 9, sequence: 9, tokens: [99] });
    page.say('cursor', { item: 9, group: 9, layer: 9, head: 9 });
    assert.equal((await page.ask('open', null)).items.length, 1);
  });

  it('two texts side by side: the one that stays is not computed again; stopping keeps the first', async () => {
    const { page, panel } = await explainedTextPage(requestFor(fox));
    const [first] = panel.items;
    await page.ask('act', { action: 'compare-text' });
    await until(() => panel.items.length === 2, 'two items');
    assert.equal(panel.items[0]!.explained, first!.explained);
    const both = await page.ask('explain', { looked: [], items: [askFor(fox), askFor('A cow.')] });
    assert.deepEqual(both.map(({ explained }) => explained.texts), [[fox], ['A cow.']]); // prettier-ignore
    assert.equal(both[0]!.explained, first!.explained);
    await until(() => /^Explain: The quick .* · A cow\.$/.test(panel.webview.title), 'the title');
    await page.ask('act', { action: 'stop-comparing' });
    await until(() => panel.items.length === 1, 'one item');
    assert.deepEqual(textsIn(panel), [[fox]]);
  });

  it('two models side by side; choosing another model makes the panel follow the setting', async () => {
    const { page, panel } = await explainedTextPage(requestFor(fox));
    const bundled = (items: readonly { readonly description?: string }[]) =>
      Promise.resolve(items.find(({ description }) => /bundled/.test(description ?? '')));
    await withStub(window, 'showQuickPick', bundled, async () => {
      await page.ask('act', { action: 'compare-model' });
      await until(() => panel.items.length === 2, 'two items');
    });
    assert.deepEqual(panel.request.items.map(({ model }) => model), [null, 'minilm']); // prettier-ignore
    await panel.followModel();
    assert.deepEqual(panel.request.items.map(({ model }) => model), [null, null]); // prettier-ignore
  });

  it('a model is asked for by what it explains: the panel’s kind, or both where none is seen', async () => {
    const offered: string[][] = [];
    const look = (items: readonly { readonly label: string }[]) => {
      offered.push(items.map(({ label }) => label));
      return Promise.resolve(undefined);
    };
    await withStub(window, 'showQuickPick', look, async () => {
      await commands.executeCommand('attentionLens.chooseModel');
      await explainedTextPage(requestFor(fox));
      await commands.executeCommand('attentionLens.chooseModel');
      await commands.executeCommand('attentionLens.chooseModel', 'image');
    });
    const known = offered.map((labels) => ['emoji-clip', 'minilm'].map((name) => labels.join().includes(name) || labels.join().toLowerCase().includes(name))); // prettier-ignore
    assert.deepEqual(known, [[true, true], [false, true], [true, false]]); // prettier-ignore
  });

  it('the tree shows groups, layers and heads of the panel that is in front, of either kind', async () => {
    const { testing } = await lens();
    await commands.executeCommand('attentionLens.heads.focus');
    const { page, panel } = await explainedTextPage(requestFor(fox));
    const tree = testing.headsTree;
    const [group] = tree.getChildren();
    assert.equal(tree.getTreeItem(group!).label, 'Self-attention');
    assert.equal(tree.getTreeItem(group!).description, '6 layers · 12 heads');
    const layers = tree.getChildren(group);
    assert.equal(layers.length, 6);
    const [head] = tree.getChildren(layers[5]);
    const described = () => tree.getTreeItem(head!);
    await until(() => /rel/.test(String(described().description)), 'the numbers');
    assert.match(String(described().description), /^rel .*%.H \d\.\d\d.d \d+\.\d.first .*%$/u);
    assert.match(described().accessibilityInformation!.label, /mean distance .* tokens, on the first token /);
    await commands.executeCommand('attentionLens.sortHeadsByEntropy');
    const entropies = tree.getChildren(layers[5]).map((node) => Number(/H (\d+\.\d+)/u.exec(String(tree.getTreeItem(node).description))![1])); // prettier-ignore
    assert.deepEqual(
      entropies,
      entropies.toSorted((a, b) => b - a),
    );
    await commands.executeCommand('attentionLens.sortHeadsByIndex');
    // From the tree to the page, and back.
    await commands.executeCommand('attentionLens.showHead', { kind: 'head', group: 'self', layer: 3, head: 7 });
    assert.deepEqual(page.events('head').at(-1), { group: 0, layer: 3, head: 7 });
    page.say('cursor', { item: 0, group: 0, layer: 2, head: 4 });
    assert.deepEqual(panel.heads!.at, { group: 'self', layer: 2, head: 4 });
    // An image comes to the front, and leaves it.
    const image = await opened(inWorkspace('space.png'), ['a cow']);
    assert.deepEqual(tree.getChildren().map((node) => tree.getTreeItem(node).label), ['Image tower', 'Text tower']); // prettier-ignore
    assert.equal(testing.texts.active, null);
    page.visible = true;
    image.dispose();
    assert.equal(testing.texts.active, panel);
    assert.equal(tree.getTreeItem(tree.getChildren()[0]!).label, 'Self-attention');
  });

  it('recent explanations: texts too; an edited one is one entry; a click opens it again', async () => {
    const { testing } = await lens();
    await commands.executeCommand('attentionLens.clearRecent');
    await commands.executeCommand('attentionLens.explainText', { text: fox });
    const panel = await until(() => testing.texts.all[0], 'the panel');
    await explained(panel);
    const { page } = await explainedTextPage(requestFor(fox));
    for (const text of ['A c', 'A co', 'A cow.']) await page.ask('explain', { looked: [], items: [askFor(text)] });
    const tree = testing.recentTree;
    const items = await Promise.all(tree.getChildren().map((entry) => tree.getTreeItem(entry)));
    assert.deepEqual(items.map(({ label }) => label), ['A cow.', fox]); // prettier-ignore
    assert.deepEqual(items[0]!.iconPath, new ThemeIcon('whole-word'));
    assert.equal(items[0]!.description, 'just now');
    await closePanels();
    const { command } = items[1]!;
    await commands.executeCommand(command!.command, ...(command!.arguments as unknown[]));
    const again = await until(() => testing.texts.all[0], 'the panel');
    await explained(again);
    assert.deepEqual(textsIn(again), [[fox]]);
  });

  it('a reloaded window restores what the page kept, and says so where it cannot be read', async () => {
    const { testing } = await lens();
    const serializer = await registered();
    const restore = async (state: unknown) => {
      const page: TextPage = new Page();
      await serializer.deserializeWebviewPanel(page, state);
      return { page, panel: testing.texts.all.find(({ webview }) => webview === page)! };
    };
    const request = requestFor(fox);
    const good = await restore({ version: 1, request, view: { anything: true } });
    await explained(good.panel);
    assert.match(good.page.webview.html, /text\.js/);
    for (const state of [
      undefined,
      null,
      'x',
      { version: 2, request },
      { version: 1, request: { items: [] } },
      { version: 1, request: { items: [{ ...request.items[0], text: 7 }] } },
      { version: 1, request: requestFor(fox, { uri: 'no uri', start: 0, end: 3 }) },
      { version: 1, request: requestFor(fox, { uri: 'file:///a.md', start: -1, end: 3 }) },
    ]) {
      const { page, panel } = await restore(state);
      assert.equal(panel.status.kind, 'failed', JSON.stringify(state));
      const { status, items } = await page.ask('open', null);
      assert.deepEqual([status, items], [panel.status, []]);
      assert.ok(status.kind === 'failed' && status.actions.includes('close'));
    }
  });

  it('files: numbers, tensors, what the page drew, beside the document or in the folder', async () => {
    const { page } = await explainedTextPage(requestFor(fox));
    await workspace.fs.createDirectory(inWorkspace('saved'));
    const exported = async (format: 'json' | 'safetensors' | 'html', method: 'l2' | 'ig' = 'l2') => {
      const [done, offered] = await saving(`saved/x.${format}`, () => page.ask('export', { item: 0, format, method }));
      assert.equal(done, true);
      assert.match(offered.defaultUri!.path, new RegExp(`/the-quick-brown-fox-jumps-over-\\w+\\.${format}$`));
      return workspace.fs.readFile(inWorkspace(`saved/x.${format}`));
    };
    const json = JSON.parse(new TextDecoder().decode(await exported('json', 'ig'))) as Record<string, unknown[]>;
    assert.deepEqual([json['method'], json['tokens']!.length, json['saliency']!.length], ['ig', 12, 12]);
    const { tensors } = readSafetensors(await exported('safetensors'));
    assert.deepEqual(tensors['attention.5']!.dims, [1, 12, 12, 12]);
    assert.deepEqual(tensors['saliency.l2']!.dims, [12]);
    const html = new TextDecoder().decode(await exported('html'));
    assert.match(html, /^<!doctype html>/i);
    assert.doesNotMatch(html, /(?:src|href)="https?:/);
    const [saved] = await saving('saved/y.svg', () => page.ask('save', { name: 'y.svg', text: '<svg/>' }));
    assert.equal(saved, true);
    const [not] = await saving(undefined, () => page.ask('export', { item: 0, format: 'json', method: 'l2' }));
    assert.equal(not, false);
  });

  it('another text model, and another limit, are followed; another image model is not', async () => {
    const { panel } = await explainedTextPage(requestFor(fox));
    const configuration = () => workspace.getConfiguration('attentionLens');
    const before = panel.items[0]!.explained;
    try {
      await configuration().update('maxTokens', 8);
      await until(() => panel.items[0]!.explained.sequences[0]!.tokens.length === 8, 'the shorter text');
      await configuration().update('textModel', '/no/such/model');
      await until(() => panel.status.kind === 'failed', 'the failure');
      assert.ok(panel.status.kind === 'failed' && panel.status.actions.includes('choose-model'));
    } finally {
      await configuration().update('maxTokens', undefined);
      await configuration().update('textModel', undefined);
    }
    await until(() => panel.status.kind === 'ready', 'the bundled model again');
    assert.equal(panel.items[0]!.explained.sequences[0]!.tokens.length, before.sequences[0]!.tokens.length);
    const now = panel.items[0]!.explained;
    try {
      await configuration().update('logitScale', 10);
      await until(async () => (await lens()).testing.settings().logitScale === 10, 'the setting');
      assert.equal(panel.items[0]!.explained, now);
    } finally {
      await configuration().update('logitScale', undefined);
    }
  });

  it('a model of an untrusted workspace is refused with a way to trust it, which heals the panel', async () => {
    const { explainText, testing } = await lens();
    const inside = inWorkspace('text-model').fsPath;
    cpSync(Uri.joinPath(extension.extensionUri, 'models/minilm').fsPath, inside, { recursive: true });
    try {
      const request = { items: [{ ...requestFor(fox).items[0]!, model: inside }] };
      const { panel } = await withStub(workspace, 'isTrusted', false, async () => {
        await rejectsWith(explainText(fox, { model: inside }), 'usage', /not trusted/);
        const made = await textPanelWithPage(request);
        await until(() => made.panel.status.kind === 'failed', 'the refusal');
        return made;
      });
      assert.ok(panel.status.kind === 'failed' && panel.status.actions[0] === 'manage-trust');
      testing.texts.trusted();
      await explained(panel);
      assert.equal(panel.items[0]!.explained.model.path, inside);
    } finally {
      await closePanels();
      rmSync(inside, { recursive: true, force: true });
    }
  });

  it('the engine’s death is said, the picture stays, and retry heals', async () => {
    const { testing } = await lens();
    const { page, panel } = await explainedTextPage(requestFor(fox));
    const typed = page.ask('explain', { looked: [], items: [askFor('word '.repeat(300))] });
    void typed.catch(() => undefined);
    await until(() => testing.engine.state === 'busy', 'work');
    process.kill(testing.engine.pid!, 'SIGKILL');
    await rejectsWith(typed, 'crashed', /SIGKILL/);
    assert.ok(panel.status.kind === 'failed' && panel.status.error === 'crashed');
    assert.deepEqual(textsIn(panel), [[fox]]);
    await page.ask('act', { action: 'retry' });
    await until(() => panel.status.kind === 'ready', 'the retry', { said: () => JSON.stringify(panel.status) });
    assert.equal(panel.items[0]!.explained.sequences[0]!.tokens.length, 302);
    testing.engine.reset();
    await commands.executeCommand('attentionLens.restartEngine');
    const { dims } = await page.ask('heads', { item: 0, group: 0, layer: 0, gradient: false, exact: null });
    assert.deepEqual(dims, [12, 302, 302]);
  });

  it('cancel ends the work, says so, and closing leaves nothing behind', async () => {
    const { testing } = await lens();
    const { page, panel } = await textPanelWithPage(requestFor('word '.repeat(600)));
    await page.ask('act', { action: 'cancel' });
    await until(() => panel.status.kind === 'cancelled', 'the end', { said: () => JSON.stringify(panel.status) });
    void panel.explain();
    panel.dispose();
    await until(() => testing.work.stage === null, 'the work to end');
    assert.equal(testing.texts.all.length, 0);
  });

  it('a hidden page is told nothing, and asks again', async () => {
    const { page, panel } = await explainedTextPage(requestFor(fox));
    page.hide();
    const before = page.heard.length;
    const next: TextPanelRequest = requestFor('A cow.');
    await panel.explain(next);
    assert.equal(page.heard.length, before);
    page.visible = true;
    assert.deepEqual((await page.ask('open', null)).items[0]!.explained.texts, ['A cow.']);
  });
}

async function saving<R>(name: string | undefined, task: () => Promise<R>): Promise<[R, SaveDialogOptions]> {
  const offered: SaveDialogOptions[] = [];
  const answer = (options: SaveDialogOptions) => {
    offered.push(options);
    return Promise.resolve(name === undefined ? undefined : inWorkspace(name));
  };
  const result = await withStub(window, 'showSaveDialog', answer, task);
  return [result, offered[0]!];
}

async function registered(): Promise<WebviewPanelSerializer> {
  const { testing } = await lens();
  const found: WebviewPanelSerializer[] = [];
  const register = (type: string, serializer: WebviewPanelSerializer) => {
    assert.equal(type, textPanelType);
    found.push(serializer);
    return { dispose: () => undefined };
  };
  await withStub(window, 'registerWebviewPanelSerializer', register, async () => {
    registerTextSerializer(testing.texts);
    return Promise.resolve();
  });
  return found[0]!;
}
