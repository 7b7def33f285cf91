import { window } from 'vscode';
import * as v from 'valibot';
import { UsageError } from '../../shared/errors';
import type { Room } from '../room';
import { askText, requestOf, selectedTexts, type ChosenText } from './choose-texts';
import type { Ways } from './ways';

/** What a keybinding, a link or another extension may pass. */
const argumentSchema = v.object({
  text: v.string(),
  pair: v.optional(v.string()),
  model: v.optional(v.string()),
  target: v.optional(v.string()),
});

/**
 * Explains what is selected in the active editor, one text or two as a pair; where nothing is, asks. Menus pass a URI, which says nothing that the
 * editor does not say. Escape ends it silently.
 *
 * @throws UsageError for an argument that cannot be meant
 */
export async function explainText(room: Room, { openText }: Ways, passed?: unknown): Promise<void> {
  if (isArgument(passed)) return openText(requestOfArgument(passed));
  const selected = selectedTexts(window.activeTextEditor);
  const texts = selected.length > 0 ? selected : await asked(room, 1);
  if (texts.length > 0) await openText(requestOf(texts));
}

/** The same for a pair of sentences: two selections, or two inputs. */
export async function explainTextPair(room: Room, { openText }: Ways, passed?: unknown): Promise<void> {
  if (isArgument(passed)) return openText(requestOfArgument(passed));
  const selected = selectedTexts(window.activeTextEditor);
  const texts = selected.length > 1 ? selected : await asked(room, 2, selected[0]);
  if (texts.length > 0) await openText(requestOf(texts));
}

/** Asks for so many texts; none: the user changed their mind. `first` is known already. */
async function asked(room: Room, count: 1 | 2, first?: ChosenText): Promise<readonly ChosenText[]> {
  // While they are typed: Enter waits for no process and no model.
  void room.explainer.open(null);
  const { name } = await room.explainer.facts(null, 'text');
  const editor = window.activeTextEditor;
  if (count === 1) {
    const only = await askText(editor, {
      title: `Explain Text · ${name}`,
      prompt: 'A word, a sentence or a paragraph.',
    });
    return only ? [only] : [];
  }
  const title = (k: number) => `Explain Sentence Pair (${k}/2) · ${name}`;
  const one = first ?? (await askText(editor, { title: title(1), prompt: 'The first of two sentences.' }));
  const two =
    one &&
    (await askText(undefined, { title: title(2), prompt: 'The second sentence; the model reads both at once.' }));
  return one && two ? [one, two] : [];
}

const isArgument = (passed: unknown): passed is object =>
  typeof passed === 'object' && passed !== null && ('text' in passed || 'pair' in passed);

function requestOfArgument(passed: object) {
  const parsed = v.safeParse(argumentSchema, passed);
  if (!parsed.success)
    throw new UsageError(
      `The argument's "${v.getDotPath(parsed.issues[0]) ?? 'text'}" is not as expected. Pass { "text": …, "pair": …, "model": …, "target": … }, of which all but "text" may be left out.`,
    );
  const { text, pair, ...more } = parsed.output;
  const typed = (one: string): ChosenText => ({ text: one, source: null });
  return requestOf(pair === undefined ? [typed(text)] : [typed(text), typed(pair)], more);
}
