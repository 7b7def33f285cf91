import { commands, env, UIKind, Uri, window, workspace } from 'vscode';
import { BadFile } from '../../shared/errors';
import { nameOf, safeFileName } from '../names';

const kinds: Readonly<Record<string, string>> = {
  png: 'PNG picture',
  svg: 'SVG picture',
  csv: 'CSV table',
  json: 'JSON',
  html: 'HTML page',
  safetensors: 'safetensors',
};

/** Asks where a file shall be: next to the image, where one can write there. undefined: the user changed their mind. */
export async function askPlace(image: Uri | null, suggested: string): Promise<Uri | undefined> {
  const name = safeFileName(suggested);
  const extension = name.includes('.') ? name.split('.').at(-1)!.toLowerCase() : '';
  const folder =
    image && workspace.fs.isWritableFileSystem(image.scheme) ? Uri.joinPath(image, '..') : workspaceFolder();
  return window.showSaveDialog({
    title: `Save ${name}`,
    defaultUri: folder ? Uri.joinPath(folder, name) : undefined,
    filters: extension === '' ? undefined : { [kinds[extension] ?? extension.toUpperCase()]: [extension] },
  });
}

/** Writes a file and says so, with a way to it. @throws BadFile where it cannot be written */
export async function writeAndOffer(place: Uri, content: Uint8Array): Promise<void> {
  try {
    await workspace.fs.writeFile(place, content);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BadFile(`"${nameOf(place.path)}" cannot be written: ${why.replace(/\.$/, '')}. Choose another place.`, {
      cause: error,
    });
  }
  // Not awaited: the message may stay for long.
  void window.showInformationMessage(`Saved ${nameOf(place.path)}.`, 'Open').then((said) => said && open(place));
}

/** What the panel itself made: SVG or CSV. False: the user changed their mind. */
export async function saveText(image: Uri | null, name: string, text: string): Promise<boolean> {
  const place = await askPlace(image, name);
  if (!place) return false;
  await writeAndOffer(place, new TextEncoder().encode(text));
  return true;
}

const workspaceFolder = (): Uri | undefined => workspace.workspaceFolders?.[0]?.uri;

/** A page opens in the browser where it lies on the user's own machine; binary files have no editor, and are shown in their folder. */
async function open(place: Uri): Promise<void> {
  const local = place.scheme === 'file' && env.remoteName === undefined && env.uiKind === UIKind.Desktop;
  if (place.path.endsWith('.html') && local) await env.openExternal(place);
  else if (place.path.endsWith('.safetensors') && local) await commands.executeCommand('revealFileInOS', place);
  else if (place.path.endsWith('.safetensors')) await commands.executeCommand('revealInExplorer', place);
  else await commands.executeCommand('vscode.open', place);
}
