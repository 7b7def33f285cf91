import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import {
  commands,
  languages,
  Position,
  Range,
  Selection,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type Hover,
  type MarkdownString,
  type TextDocument,
  type TextEditor,
} from 'vscode';
import type { TextPanel } from '../../../src/host/panels/text-panel';
import { closePanels, inWorkspace } from '../support/lens';
import { note } from '../support/notes';
import { withStub } from '../support/stub';
import { askFor, explainedTextPage, fox, requestFor, textsIn } from '../support/text-page';
import { until } from '../support/until';

const notes = `# Notes\n\n${fox} Another sentence.\n`;
const { fs } = workspace;

/** A panel’s text in its document. */
export function textDocuments(): void {
  afterEach(async () => {
    await closePanels();
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  async function tied(text = fox, content = notes) {
    const editor = await window.showTextDocument(await workspace.openTextDocument({ content, language: 'markdown' }));
    const made = await explainedTextPage(requestFor(text, sourceOf(editor.document, text)));
    assert.match(made.panel.items[0]!.place ?? 'none', /line 3$/);
    return { ...made, editor, document: editor.document };
  }

  const sourceOf = (document: TextDocument, text: string) => {
    const start = document.getText().indexOf(text);
    assert.ok(start >= 0);
    return { uri: document.uri.toString(), start, end: start + text.length };
  };

  async function edit(document: TextDocument, from: string, to: string): Promise<void> {
    const start = document.getText().indexOf(from);
    assert.ok(start >= 0, from);
    const change = new WorkspaceEdit();
    change.replace(document.uri, new Range(document.positionAt(start), document.positionAt(start + from.length)), to);
    assert.ok(await workspace.applyEdit(change));
  }

  const toBe = (panel: TextPanel, text: string) =>
    until(() => textsIn(panel)[0]?.[0] === text && panel.status.kind === 'ready', text, {
      said: () => JSON.stringify([textsIn(panel), panel.status, panel.request]),
    });

  it('an edit of the text explains it anew, soon, once, and takes no focus', async () => {
    const { page, panel, document, editor } = await tied();
    const before = page.events('state').length;
    const begun = performance.now();
    await edit(document, 'lazy', 'very lazy');
    const apart = performance.now() - begun;
    await edit(document, 'lazy', 'sleepy');
    await toBe(panel, fox.replace('lazy', 'very sleepy'));
    note(
      `from an edit of the document to its explanation: ${(performance.now() - begun).toFixed(0)} ms, 150 of them waited`,
    );
    assert.equal(window.activeTextEditor?.document, editor.document);
    const states = page.events('state').slice(before);
    // On a busy machine an edit may take longer than what is waited for.
    if (apart < 100) assert.equal(states.length, 1, 'two edits, one explanation');
    assert.equal(states.at(-1)!.request.items[0]!.text, fox.replace('lazy', 'very sleepy'));
    assert.match(states.at(-1)!.items[0]!.place!, /line 3$/);
  });

  it('lines that are written above it move its place and explain nothing', async () => {
    const { page, panel, document } = await tied();
    const { explained } = panel.items[0]!;
    await edit(document, '# Notes', '# My\n\n# Notes');
    const told = await until(() => page.events('places').find(({ places }) => /line 5$/.test(places[0] ?? '')), 'the place'); // prettier-ignore
    assert.equal(panel.items[0]!.explained, explained);
    const [source] = told.request.items[0]!.sources;
    assert.equal(document.getText().slice(source!.start, source!.end), fox);
    await edit(document, 'Another', 'A further');
    await delay(400);
    assert.equal(panel.items[0]!.explained, explained, 'nor does what follows it');
  });

  it('typing at its end continues it; taking it out leaves what is shown, and says so; undone, it is found again', async () => {
    const { page, panel, document } = await tied();
    await edit(document, ' Another', ' It is red. Another');
    await toBe(panel, fox);
    await edit(document, 'dog.', 'dog, and on.');
    await toBe(panel, fox.replace('dog.', 'dog, and on.'));
    const text = fox.replace('dog.', 'dog, and on.');
    await edit(document, text, '');
    await until(() => panel.status.kind === 'gone', 'the loss', { said: () => JSON.stringify(panel.status) });
    const told = page.events('places').at(-1)!;
    assert.deepEqual([told.places, told.request.items[0]!.sources], [[null], [null]]);
    assert.equal(page.events('status').at(-1)!.kind, 'gone');
    assert.deepEqual(textsIn(panel), [[text]]);
    await edit(document, ' It is red.', `${text} It is red.`);
    await until(() => panel.status.kind === 'ready' && panel.items[0]!.place !== null, 'it to be found', {
      said: () => JSON.stringify([panel.status, panel.request]),
    });
  });

  it('a sentence that is moved within one edit is found where it went', async () => {
    const { panel, document } = await tied();
    const change = new WorkspaceEdit();
    const all = new Range(document.positionAt(0), document.positionAt(document.getText().length));
    change.replace(document.uri, all, `Sorted.\nAnother sentence.\n\n\n${fox}\n`);
    await workspace.applyEdit(change);
    await until(() => /line 5$/.test(panel.items[0]!.place ?? ''), 'its new place');
    assert.deepEqual(textsIn(panel), [[fox]]);
  });

  it('a pair is followed on both sides', async () => {
    const editor = await window.showTextDocument(await workspace.openTextDocument({ content: notes }));
    const [a, b] = [fox, 'Another sentence.'].map((text) => sourceOf(editor.document, text));
    const items = [{ ...askFor(fox, 'Another sentence.'), sources: [a!, b!] }];
    const { panel } = await explainedTextPage({ items });
    await edit(editor.document, 'Another', 'A second');
    await until(() => textsIn(panel)[0]![1] === 'A second sentence.', 'the second text');
    await edit(editor.document, 'lazy ', '');
    await until(() => textsIn(panel)[0]![0] === fox.replace('lazy ', ''), 'the first text');
    assert.equal(textsIn(panel)[0]![1], 'A second sentence.');
  });

  it('what is edited in the page is tied to no document, and the document’s edits are its own from then on', async () => {
    const { page, panel, document } = await tied();
    await page.ask('explain', { looked: [], items: [askFor(fox, null, 'sum(last_hidden_state)')] });
    assert.match(panel.items[0]!.place!, /line 3$/, 'another target is no edit');
    await page.ask('explain', { looked: [], items: [askFor('A cow.')] });
    assert.equal(panel.items[0]!.place, null);
    await edit(document, 'lazy', 'sleepy');
    await delay(400);
    assert.deepEqual(textsIn(panel), [['A cow.']]);
  });

  it('without live updates, an edit is said, and explained when wanted', async () => {
    const configuration = workspace.getConfiguration('attentionLens');
    const { page, panel, document } = await tied();
    try {
      await configuration.update('live', false);
      await until(async () => (await page.ask('open', null)).settings.live === false, 'the setting');
      await edit(document, 'lazy', 'sleepy');
      await until(() => panel.status.kind === 'changed', 'the status');
      await delay(300);
      assert.deepEqual(textsIn(panel), [[fox]]);
      await page.ask('act', { action: 'retry' });
      await toBe(panel, fox.replace('lazy', 'sleepy'));
    } finally {
      await configuration.update('live', undefined);
    }
  });

  it('while the panel is hidden nothing is explained; when it is seen again, it is up to date', async () => {
    const { page, panel, document } = await tied();
    page.hide();
    await edit(document, 'lazy', 'sleepy');
    await delay(400);
    assert.deepEqual(textsIn(panel), [[fox]]);
    page.visible = true;
    await page.ask('open', null);
    await toBe(panel, fox.replace('lazy', 'sleepy'));
  });

  it('a closed document leaves what is shown, quietly; opened again with the same text, it is tied again', async () => {
    const file = inWorkspace('tied.md');
    await fs.writeFile(file, new TextEncoder().encode(notes));
    // As a person opens it: VS Code keeps what an extension opened for minutes after its tab was closed.
    await commands.executeCommand('vscode.open', file);
    const editor = await until(() => window.visibleTextEditors.find(({ document }) => document.uri.path === file.path), 'the editor'); // prettier-ignore
    const { page, panel } = await explainedTextPage(requestFor(fox, sourceOf(editor.document, fox)));
    assert.equal(panel.items[0]!.place, 'tied.md · line 3');
    await commands.executeCommand('workbench.action.closeActiveEditor');
    await until(() => page.events('places').at(-1)?.places[0] === null, 'the loss', { said: () => JSON.stringify(panel.status) }); // prettier-ignore
    assert.equal(panel.status.kind, 'ready', 'who closes a document wants no word about it');
    assert.deepEqual(textsIn(panel), [[fox]]);
    await commands.executeCommand('vscode.open', file);
    await until(() => panel.items[0]!.place !== null && panel.status.kind === 'ready', 'the document');
    const edits = new WorkspaceEdit();
    edits.renameFile(file, inWorkspace('renamed.md'));
    await workspace.applyEdit(edits);
    await until(() => panel.items[0]!.place === 'renamed.md · line 3', 'the new name', {
      said: () => JSON.stringify([panel.items[0]!.place, panel.status]),
    });
    const deletion = new WorkspaceEdit();
    deletion.deleteFile(inWorkspace('renamed.md'));
    await workspace.applyEdit(deletion);
    await until(() => panel.items[0]!.place === null, 'the deletion', { ms: 8000 });
  });

  it('a document that had no file is followed into the one that it is saved as', async () => {
    const file = inWorkspace('saved.md');
    // Saved under the name that it already has: no dialog.
    const editor = await window.showTextDocument(await workspace.openTextDocument(file.with({ scheme: 'untitled' })));
    await editor.edit((change) => change.insert(new Position(0, 0), notes));
    const { panel } = await explainedTextPage(requestFor(fox, sourceOf(editor.document, fox)));
    try {
      await editor.document.save();
      await until(() => panel.request.items[0]!.sources[0]?.uri === file.toString(), 'the file', {
        said: () => JSON.stringify([panel.request, panel.status]),
      });
      await until(() => panel.status.kind === 'ready', 'all is well');
      const saved = await until(() => workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString()), 'the document'); // prettier-ignore
      await edit(saved, 'lazy', 'sleepy');
      await toBe(panel, fox.replace('lazy', 'sleepy'));
      await saved.save();
    } finally {
      await fs.delete(file);
    }
  });

  it('after a reload it is tied where the document still holds that text at that place, and only then', async () => {
    const editor = await window.showTextDocument(await workspace.openTextDocument({ content: notes }));
    const source = sourceOf(editor.document, fox);
    const same = await explainedTextPage(requestFor(fox, source));
    assert.notEqual(same.panel.items[0]!.place, null);
    const elsewhere = await explainedTextPage(
      requestFor(fox, { ...source, start: source.start + 1, end: source.end + 1 }),
    );
    assert.equal(elsewhere.panel.items[0]!.place, null);
    const gone = await explainedTextPage(requestFor(fox, { ...source, uri: Uri.file('/no/such/file.md').toString() }));
    assert.equal(gone.panel.items[0]!.place, null);
    assert.deepEqual(textsIn(gone.panel), [[fox]]);
  });

  it('tokens that the page points at are marked in every editor of the document, until they are not', async () => {
    const { page, panel, editor } = await tied();
    const { tokens } = panel.items[0]!.explained.sequences[0]!;
    const quick = tokens.findIndex(({ text }) => text === 'quick');
    const marked = await watchingMarks(editor, async (drawn) => {
      page.say('light', { item: 0, sequence: 0, tokens: [0, quick, quick + 1] });
      const first = drawn.at(-1)!.map((range) => editor.document.getText(range));
      page.say('light', { item: 0, sequence: 0, tokens: [] });
      return first;
    });
    assert.deepEqual(marked.result, ['quick', 'brown'], 'special tokens stand nowhere');
    assert.equal(marked.left, 0, 'nothing is marked in the end');
    const hidden = await watchingMarks(editor, async (drawn) => {
      page.say('light', { item: 0, sequence: 0, tokens: [quick] });
      assert.equal(drawn.length, 1);
      page.hide();
      page.say('light', { item: 0, sequence: 0, tokens: [quick] });
      return Promise.resolve(drawn.length);
    });
    assert.deepEqual([hidden.result, hidden.left], [1, 0]);
    page.visible = true;
    const closed = await watchingMarks(editor, async () => {
      page.say('light', { item: 0, sequence: 0, tokens: [quick] });
      panel.dispose();
      return Promise.resolve();
    });
    assert.equal(closed.left, 0);
  });

  it('the caret lights its token in the page, and a selection those that it touches', async () => {
    const { page, panel, editor } = await tied();
    const { tokens } = panel.items[0]!.explained.sequences[0]!;
    const names = () => (page.events('lit').at(-1)?.tokens ?? []).map((token) => tokens[token]!.text);
    const start = notes.indexOf(fox);
    const select = (from: number, to = from) => {
      editor.selection = new Selection(
        editor.document.positionAt(start + from),
        editor.document.positionAt(start + to),
      );
    };
    select(fox.indexOf('fox') + 1);
    await until(() => names().join() === 'fox', 'the token at the caret', { said: () => names().join() });
    select(fox.indexOf('brown') + 2, fox.indexOf('jumps') + 1);
    await until(() => names().join() === 'brown,fox,jumps', 'the tokens of the selection', {
      said: () => names().join(),
    });
    select(0, fox.length);
    await until(() => names().length === 0, 'none: all of it points at nothing');
    select(fox.indexOf('dog') + 1);
    await until(() => names().join() === 'dog', 'the last word');
    editor.selection = new Selection(0, 0, 0, 0);
    await until(() => names().length === 0, 'none outside of the text');
    select(fox.indexOf('dog') + 1);
    await until(() => names().join() === 'dog', 'the last word');
    await edit(editor.document, 'quick ', '');
    await toBe(panel, fox.replace('quick ', ''));
    const now = panel.items[0]!.explained.sequences[0]!.tokens;
    const last = () =>
      page
        .events('lit')
        .at(-1)!
        .tokens.map((token) => now[token]!.text);
    await until(() => last().join() === 'dog', 'the same word, which is another token now', {
      said: () => last().join(),
    });
    const before = page.events('lit').length;
    await page.ask('open', null);
    await until(() => page.events('lit').length > before && last().join() === 'dog', 'a page that opens anew is told');
  });

  it('hovering a token says its numbers and lights it; outside of the text nothing is said', async () => {
    const { page, panel, document } = await tied();
    const hover = async (at: number): Promise<Hover | undefined> => {
      const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', document.uri, document.positionAt(at)); // prettier-ignore
      return hovers.find(({ contents }) => /Attention Lens/.test((contents[0] as MarkdownString).value));
    };
    const at = notes.indexOf('jumps') + 2;
    const found = await hover(at);
    assert.match(
      (found!.contents[0] as MarkdownString).value,
      /“jumps”, token 5 of 12\. L2 norm of its gradient \d.*, rank 1\./,
    );
    assert.equal(document.getText(found!.range), 'jumps');
    assert.deepEqual(page.events('lit').at(-1)!.tokens, [5]);
    assert.equal(await hover(2), undefined);
    panel.dispose();
    assert.equal(await hover(at), undefined, 'without a panel nobody says anything');
    assert.ok((await languages.getLanguages()).length > 0);
  });

  it('the place in the panel’s head leads to the text in its document', async () => {
    const { page, editor } = await tied();
    editor.selection = new Selection(0, 0, 0, 0);
    await page.ask('act', { action: 'reveal-source' });
    await until(() => window.activeTextEditor?.document.getText(window.activeTextEditor.selection) === fox, 'the text');
  });
}

/** What is drawn in an editor meanwhile, and how many marks are left in the end. */
async function watchingMarks<R>(editor: TextEditor, task: (drawn: Range[][]) => Promise<R>) {
  const drawn: Range[][] = [];
  const types = new Map<object, number>();
  const watched = {
    document: editor.document,
    setDecorations: (type: object, ranges: Range[]) => {
      drawn.push(ranges);
      types.set(type, ranges.length);
    },
  };
  const create = window.createTextEditorDecorationType.bind(window);
  const creating: typeof create = (options) => {
    const type = create(options);
    const dispose = type.dispose.bind(type);
    return {
      key: type.key,
      dispose: () => {
        for (const known of types.keys()) types.set(known, 0);
        dispose();
      },
    };
  };
  const result = await withStub(window, 'visibleTextEditors', [watched], () =>
    withStub(window, 'createTextEditorDecorationType', creating, () => task(drawn)),
  );
  return { result, left: [...types.values()].reduce((sum, count) => sum + count, 0) };
}
