import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { commands, Selection, Uri, window, workspace, type InputBoxOptions, type TextEditor } from 'vscode';
import { readSafetensors } from '../../../src/shared/safetensors';
import type { FloatTensor } from '../../../src/shared/tensor';
import { closePanels, extension, inWorkspace, lens, panelTabs } from '../support/lens';
import { rejectsWith } from '../support/rejects';
import { withStub } from '../support/stub';
import { explained, explainedTextPage, fox, onlyTextPanel, requestFor, textsIn } from '../support/text-page';
import { until } from '../support/until';

const explainText = (...passed: unknown[]) => commands.executeCommand('attentionLens.explainText', ...passed);
const notes = `# Notes\n\n${fox} Another sentence.\n// A comment: the cat sat.\n`;

async function opened(content = notes, language = 'markdown'): Promise<TextEditor> {
  const editor = await window.showTextDocument(await workspace.openTextDocument({ content, language }));
  assert.equal(editor.document.isUntitled, true);
  return editor;
}

function select(editor: TextEditor, ...texts: readonly string[]): void {
  const all = editor.document.getText();
  editor.selections = texts.map((text) => {
    const start = all.indexOf(text);
    return new Selection(editor.document.positionAt(start), editor.document.positionAt(start + text.length));
  });
}

/** What the person answers to the input boxes, in turn, and what these had offered. */
async function typing(answers: readonly (string | undefined)[], task: () => Thenable<unknown>) {
  const offered: InputBoxOptions[] = [];
  const answer = (options: InputBoxOptions) => {
    offered.push(options);
    const said = answers[offered.length - 1];
    return Promise.resolve(said === 'as offered' ? options.value : said);
  };
  await withStub(window, 'showInputBox', answer, async () => void (await task()));
  assert.equal(offered.length, answers.length);
  return offered;
}

/** The ways to an explained text: commands, API. */
export function text(): void {
  afterEach(async () => {
    await closePanels();
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('a selection is explained beside its document, and tied to it', async () => {
    const editor = await opened();
    select(editor, fox);
    await explainText(editor.document.uri);
    const panel = await onlyTextPanel();
    assert.deepEqual(textsIn(panel), [[fox]]);
    assert.deepEqual(panelTabs(), ['Explain: The quick brown fox jumps over the lazy…']);
    assert.equal(panel.items[0]!.place, 'Untitled-1 · line 3'.replace('Untitled-1', editor.document.uri.path));
    assert.notEqual(panel.webview.viewColumn, editor.viewColumn);
    const [source] = panel.request.items[0]!.sources;
    assert.equal(editor.document.getText().slice(source!.start, source!.end), fox);
    const cursor = await until(() => panel.cursor, 'the page’s first word');
    assert.equal(cursor.item, 0);
  });

  it('white space around a selection is no part of the text; the same text again reuses its tab', async () => {
    const editor = await opened();
    select(editor, `\n${fox} `);
    await explainText();
    const panel = await onlyTextPanel();
    assert.deepEqual(textsIn(panel), [[fox]]);
    await window.showTextDocument(editor.document, editor.viewColumn);
    select(editor, fox);
    await explainText();
    const { testing } = await lens();
    assert.deepEqual(testing.texts.all, [panel]);
    select(editor, 'Another sentence.');
    await window.showTextDocument(editor.document, editor.viewColumn);
    await explainText();
    await until(() => testing.texts.all.length === 2, 'another panel');
    assert.equal(testing.texts.all[1]!.column, panel.column, 'in the same column');
  });

  it('two selections are a sentence pair, in the order of the document; three are too many', async () => {
    const editor = await opened();
    select(editor, 'Another sentence.', fox);
    await explainText();
    const panel = await onlyTextPanel();
    assert.deepEqual(textsIn(panel), [[fox, 'Another sentence.']]);
    assert.deepEqual([...new Set(panel.items[0]!.explained.sequences[0]!.tokens.map(({ part }) => part))], [0, 1]);
    assert.match(panel.items[0]!.place!, / · line 3$/);
    await window.showTextDocument(editor.document, editor.viewColumn);
    select(editor, fox, 'Another sentence.', 'the cat sat');
    const said: string[] = [];
    const hear = (sentence: string) => Promise.resolve(said.push(sentence)).then(() => undefined);
    await withStub(window, 'showErrorMessage', hear, async () => void (await explainText()));
    assert.match(said[0]!, /^3 texts are selected/);
  });

  it('without a selection it asks, with the sentence at the caret; as offered, it is tied to its place', async () => {
    const editor = await opened();
    const at = editor.document.positionAt(notes.indexOf('sentence.'));
    editor.selection = new Selection(at, at);
    const [offered] = await typing(['as offered'], () => explainText());
    assert.equal(offered!.value, 'Another sentence.');
    assert.match(offered!.title!, /Explain Text · /);
    const panel = await onlyTextPanel();
    assert.deepEqual(textsIn(panel), [['Another sentence.']]);
    assert.match(panel.items[0]!.place!, /line 3$/);
    const comment = editor.document.positionAt(notes.indexOf('comment'));
    await window.showTextDocument(editor.document, editor.viewColumn);
    editor.selection = new Selection(comment, comment);
    const [second] = await typing([undefined], () => explainText());
    assert.equal(second!.value, 'A comment: the cat sat.');
    assert.equal((await lens()).testing.texts.all.length, 1, 'Escape opens nothing');
  });

  it('what is typed instead is tied to nothing; without an editor too', async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
    const [offered] = await typing(['  A cow. '], () => explainText());
    assert.equal(offered!.value, undefined);
    const panel = await onlyTextPanel();
    assert.deepEqual([textsIn(panel), panel.items[0]!.place], [[['A cow.']], null]);
  });

  it('a pair is asked for in two inputs; a selection is the first', async () => {
    const pair = () => commands.executeCommand('attentionLens.explainTextPair');
    const offered = await typing(['A cow.', 'A dog.'], pair);
    assert.match(offered[0]!.title!, /\(1\/2\)/);
    assert.deepEqual(textsIn(await onlyTextPanel()), [['A cow.', 'A dog.']]);
    await closePanels();
    const editor = await opened();
    select(editor, fox);
    await typing(['A dog.'], pair);
    const panel = await onlyTextPanel();
    assert.deepEqual(textsIn(panel), [[fox, 'A dog.']]);
    assert.equal(panel.request.items[0]!.sources[1], null);
    await closePanels();
    await typing(['A cow.', undefined], pair);
    assert.equal((await lens()).testing.texts.all.length, 0);
  });

  it('an argument says all: text, pair, target; what cannot be meant is refused with a sentence', async () => {
    await explainText({ text: 'A cow.', pair: 'A dog.', target: 'similarity' });
    const panel = await onlyTextPanel();
    const { target, texts } = panel.items[0]!.explained;
    assert.equal(target.text, 'similarity');
    assert.ok(target.value > 0 && target.value < 1, String(target.value));
    assert.deepEqual(texts, ['A cow.', 'A dog.']);
    const said: string[] = [];
    const hear = (sentence: string) => Promise.resolve(said.push(sentence)).then(() => undefined);
    await withStub(window, 'showErrorMessage', hear, async () => {
      await explainText({ text: 7 });
      await explainText({ pair: 'A dog.' });
    });
    assert.equal(said.length, 2);
    for (const sentence of said) assert.match(sentence, /"text".* Pass \{/);
  });

  it('a target that the model does not have is said in the panel', async () => {
    await explainText({ text: 'A cow.', target: 'nothing[0]' });
    const { testing } = await lens();
    const panel = await until(() => testing.texts.all[0], 'the panel');
    await until(() => panel.status.kind === 'failed', 'the failure');
    assert.ok(panel.status.kind === 'failed' && panel.status.error === 'usage', JSON.stringify(panel.status));
  });

  it('the text of a virtual document, and of a notebook’s cell', async () => {
    const scheme = 'al-read-only';
    const provided = workspace.registerTextDocumentContentProvider(scheme, { provideTextDocumentContent: () => notes });
    try {
      const document = await workspace.openTextDocument(Uri.from({ scheme, path: '/far/notes.md' }));
      select(await window.showTextDocument(document), fox);
      await explainText();
      assert.equal((await onlyTextPanel()).items[0]!.place, 'notes.md · line 3');
    } finally {
      provided.dispose();
    }
    await closePanels();
    const cell = { kind: 1, languageId: 'markdown', value: notes };
    const notebook = await workspace.openNotebookDocument('jupyter-notebook', {
      cells: [cell, cell].map((data) => ({ ...data, metadata: {}, outputs: [] })),
    });
    const { document } = notebook.cellAt(1);
    const start = notes.indexOf(fox);
    const source = { uri: document.uri.toString(), start, end: start + fox.length };
    const { panel } = await explainedTextPage(requestFor(fox, source));
    assert.match(panel.items[0]!.place!, / · cell 2, line 3$/);
  });

  it('the API explains with PyTorch’s numbers, as plain data, and shows nothing', async () => {
    const { explainText: explain } = await lens();
    const golden = readSafetensors(
      readFileSync(Uri.joinPath(extension.extensionUri, 'models/minilm/golden-fox.safetensors').fsPath),
    ).tensors;
    const near = (actual: readonly number[], name: string) => {
      const { data } = golden[name] as FloatTensor;
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      assert.equal(actual.length, data.length, name);
      actual.forEach((value, i) => assert.ok(Math.abs(value - data[i]!) <= 1e-4 * largest, `${name}[${i}]: ${value}`));
    };
    const l2 = await explain(fox);
    assert.deepEqual(JSON.parse(JSON.stringify(l2)), l2);
    near(l2.saliency!, 'saliency.l2');
    near(l2.hidden!.mean.flat(), 'hidden.mean');
    assert.deepEqual([l2.target, l2.layers, l2.heads, l2.method], ['sum(last_hidden_state)', 6, 12, 'l2']);
    const quick = l2.tokens.find(({ text: token }) => token === 'quick')!;
    assert.equal(fox.slice(quick.start!, quick.end!), 'quick');
    near((await explain(fox, { method: 'grad-x-input' })).saliency!, 'saliency.grad_x_input');
    assert.equal((await explain(fox, { method: 'mean' })).saliencyIsNoise, true);
    const ig = await explain('A cow.', { method: 'ig' });
    assert.ok(ig.integrated!.completenessError < 0.05 && ig.integrated!.steps > 1, JSON.stringify(ig.integrated));
    const sum = ig.saliency!.reduce((a, b) => a + b, 0);
    const gained = ig.integrated!.value - ig.integrated!.baseline;
    assert.ok(Math.abs(sum - gained) <= 0.05 * Math.abs(gained) + 1e-6);
    assert.deepEqual(panelTabs(), []);
  });

  it('the API refuses with a kind and a sentence, can be aborted, and opens panels', async () => {
    const { explainText: explain, openText } = await lens();
    await rejectsWith(explain(' '), 'usage', /no text/);
    await rejectsWith(explain(7 as unknown as string), 'usage', /has to be a string/);
    await rejectsWith(explain('a', { pair: 7 as unknown as string }), 'usage', /"pair"/);
    await rejectsWith(explain('a', { method: 'shap' as 'l2' }), 'usage', /no method "shap"/);
    await rejectsWith(explain('a', { target: 'similarity' }), 'usage', /./);
    await rejectsWith(explain('a', { model: '/no/such/model' }), 'bad-file', /model/);
    await rejectsWith(explain('a', { signal: AbortSignal.abort() }), 'cancelled', /./);
    await rejectsWith(openText(''), 'usage', /no text/);
    await openText('A cow.', { pair: 'A dog.' });
    const panel = await onlyTextPanel();
    await explained(panel);
    assert.deepEqual(textsIn(panel), [['A cow.', 'A dog.']]);
  });

  it('of text that is too long, the beginning is read, and so it is said', async () => {
    const { explainText: explain } = await lens();
    const long = await explain('word '.repeat(800));
    assert.equal(long.tokens.length, 512);
    assert.ok(long.cut && long.cut.kept <= 512 && long.cut.of > 800 - 1, JSON.stringify(long.cut));
    const configuration = workspace.getConfiguration('attentionLens');
    try {
      await configuration.update('maxTokens', 16);
      const { testing } = await lens();
      await until(() => testing.settings().maxTokens === 16, 'the setting');
      assert.equal((await explain(fox.repeat(4))).tokens.length, 16);
    } finally {
      await configuration.update('maxTokens', undefined);
    }
  });

  it('files of a folder are explained by their own words', async () => {
    const file = inWorkspace('fox.md');
    await workspace.fs.writeFile(file, new TextEncoder().encode(notes.replaceAll('\n', '\r\n')));
    select(await window.showTextDocument(file), fox);
    await explainText();
    const panel = await onlyTextPanel();
    assert.equal(panel.items[0]!.place, 'fox.md · line 3');
    await workspace.fs.delete(file);
  });
}
