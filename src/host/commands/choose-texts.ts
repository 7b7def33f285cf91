import { Range, window, type Selection, type TextEditor } from 'vscode';
import { UsageError } from '../../shared/errors';
import type { TextPanelRequest, TextSource } from '../../shared/text/panel-protocol';
import { sentenceAt } from '../texts/sentence';

/** A text, and where it is from; null: it was typed. */
export interface ChosenText {
  readonly text: string;
  readonly source: TextSource | null;
}

/** The texts that are selected in an editor, in the order of the document; white space around them is no part of them. */
export const selectedTexts = (editor: TextEditor | undefined): ChosenText[] =>
  [...(editor?.selections ?? [])]
    .sort((a, b) => a.start.compareTo(b.start))
    .flatMap((selection) => trimmed(editor!, selection) ?? []);

function trimmed({ document }: TextEditor, selection: Selection | Range): ChosenText | null {
  const whole = document.getText(selection);
  const text = whole.trim();
  if (text === '') return null;
  const start = document.offsetAt(selection.start) + whole.indexOf(text);
  return { text, source: { uri: document.uri.toString(), start, end: start + text.length } };
}

/** The sentence that the caret stands in, which a person may want or go on from. */
function sentenceAtCaret(editor: TextEditor | undefined): ChosenText | null {
  if (!editor) return null;
  const { document, selection } = editor;
  const { line, character } = selection.active;
  const found = sentenceAt(document.lineAt(line).text, character);
  return found && trimmed(editor, new Range(line, found.start, line, found.end));
}

interface Asking {
  readonly title: string;
  readonly prompt: string;
}

/** Asks for one text, beginning with the sentence at the caret; undefined: Escape. */
export async function askText(editor: TextEditor | undefined, asking: Asking): Promise<ChosenText | undefined> {
  const offered = sentenceAtCaret(editor);
  const text = await window.showInputBox({
    ...asking,
    value: offered?.text,
    placeHolder: 'The quick brown fox jumps over the lazy dog.',
    ignoreFocusOut: true,
    validateInput: (typed) => (typed.trim() === '' ? 'Type a word or a sentence.' : undefined),
  });
  if (text === undefined) return undefined;
  // As it stands in the document, it is tied to its place there.
  return text === offered?.text ? offered : { text: text.trim(), source: null };
}

/** One text, or two as a pair. @throws UsageError for more */
export function requestOf(
  texts: readonly ChosenText[],
  more: { model?: string; target?: string } = {},
): TextPanelRequest {
  const [first, second] = texts;
  if (!first || texts.length > 2)
    throw new UsageError(
      `${texts.length} texts are selected, and a model reads one, or two as a pair. Select fewer, and try again.`,
    );
  return {
    items: [
      {
        text: first.text,
        pair: second?.text ?? null,
        model: more.model ?? null,
        target: more.target ?? null,
        sources: texts.map(({ source }) => source),
      },
    ],
  };
}
