import { commands, extensions, Uri, window, workspace } from 'vscode';
import type { TestedApi } from '../../../src/host/testing';
import type { ImagePanel } from '../../../src/host/panels/image-panel';
import { until } from './until';

export const extension = extensions.getExtension<TestedApi>('attention-lens.attention-lens')!;

/** The extension's API with what only tests see. */
export const lens = async (): Promise<TestedApi> => extension.activate();

/** A file of the window's folder, which is a copy of media/samples. */
export const inWorkspace = (name: string): Uri => Uri.joinPath(workspace.workspaceFolders![0]!.uri, name);

/** Copies a sample to a name of its own, so that a test may change it. */
export async function copyOf(sample: string, name: string): Promise<Uri> {
  const copy = inWorkspace(name);
  await workspace.fs.copy(inWorkspace(sample), copy, { overwrite: true });
  return copy;
}

/** Opens a panel and waits until it shows its explanation. */
export async function opened(image: Uri, prompts: readonly string[]): Promise<ImagePanel> {
  const { open } = await lens();
  await open(image, prompts);
  const panel = await panelOf(image);
  await until(() => panel.images.length > 0 && panel.status.kind === 'ready', `an explanation of ${image.path}`);
  return panel;
}

export async function panelOf(image: Uri): Promise<ImagePanel> {
  const { testing } = await lens();
  const found = testing.panels.all.find(({ request }) => request.images[0] === image.toString());
  if (!found) throw new Error(`No panel shows ${image.path}.`);
  return found;
}

/** Titles of the tabs of our panels, as VS Code shows them. */
export const panelTabs = (): string[] =>
  window.tabGroups.all
    .flatMap(({ tabs }) => tabs.map(({ label }) => label))
    .filter((label) => /^Explain: /.test(label));

export async function closePanels(): Promise<void> {
  const { testing } = await lens();
  for (const panel of [...testing.panels.all, ...testing.texts.all]) panel.dispose();
  await commands.executeCommand('workbench.action.closeAllEditors');
  await until(() => panelTabs().length === 0, 'all panels to be closed');
}
