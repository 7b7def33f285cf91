import { posix } from 'node:path';
import { ProgressLocation, window, workspace, type LogOutputChannel, type Uri } from 'vscode';
import type { EngineClient } from '../engine/client';
import type { ImageRef } from '../engine/protocol';
import { errorKind } from '../shared/errors';
import type { PanelState } from '../shared/panel-protocol';
import { chosenImage } from './chosen-image';
import { panelState } from './panel-state';
import type { ImagePanels } from './panels';

/** What the command has at hand. */
export interface Room {
  readonly engine: EngineClient;
  readonly log: LogOutputChannel;
  readonly panels: ImagePanels;
  /** Folder of the model. */
  readonly model: string;
}

/** The command: an image, prompts from one input box, progress that can be cancelled, and a panel with the result. */
export async function explainWithPrompts(room: Room, passed: unknown): Promise<void> {
  try {
    const image = await chosenImage(passed);
    if (!image) return;
    const prompts = await askPrompts();
    if (!prompts) return;
    const title = posix.basename(image.path);
    const state = await window.withProgress(
      { location: ProgressLocation.Notification, title: `Explaining ${title}`, cancellable: true },
      (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        return explain(room, image, prompts, abort.signal, (message) => progress.report({ message }));
      },
    );
    room.panels.show(image, state);
  } catch (error) {
    await report(error, room.log);
  }
}

async function askPrompts(): Promise<string[] | undefined> {
  const said = await window.showInputBox({
    title: 'Explain with Prompts',
    prompt: 'What to look for in the image; separate prompts with ;',
    placeHolder: 'a bald man; a rocket in space',
    ignoreFocusOut: true,
    validateInput: (text) => (promptsOf(text).length > 0 ? undefined : 'Write at least one prompt.'),
  });
  return said === undefined ? undefined : promptsOf(said);
}

const promptsOf = (text: string): string[] =>
  text
    .split(';')
    .map((prompt) => prompt.trim())
    .filter((prompt) => prompt !== '');

async function explain(
  { engine, model }: Room,
  uri: Uri,
  prompts: readonly string[],
  signal: AbortSignal,
  say: (stage: string) => void,
): Promise<PanelState> {
  const image = await imageRef(uri);
  const { explanation } = await engine.call(
    'explainImage',
    { image, prompts, model, onLongPrompt: 'truncate', tensors: false, session: {} },
    { signal, onProgress: ({ stage }) => say(stage) },
  );
  const photo = await engine.call('decodeImage', { image }, { signal });
  return panelState(posix.basename(uri.path), explanation, photo);
}

/** Images of virtual and remote file systems are read here, since the engine sees the disk alone. */
const imageRef = async (uri: Uri): Promise<ImageRef> =>
  uri.scheme === 'file'
    ? { path: uri.fsPath }
    : { bytes: await workspace.fs.readFile(uri), name: posix.basename(uri.path) };

/** Cancelling is no error. */
async function report(error: unknown, log: LogOutputChannel): Promise<void> {
  if (errorKind(error) === 'cancelled') return;
  log.error(error instanceof Error ? error : String(error));
  const message = error instanceof Error ? error.message : String(error);
  if ((await window.showErrorMessage(message, 'Show Log')) === 'Show Log') log.show();
}
