import {
  QuickPickItemKind,
  TabInputCustom,
  TabInputNotebook,
  TabInputText,
  TabInputWebview,
  Uri,
  window,
  workspace,
  type QuickPickItem,
} from 'vscode';
import { hasImageExtension, imageExtensions, imageGlob } from '../image-types';
import { nameOf } from '../names';
import type { Room } from '../room';

const maxListed = 500;

/**
 * The images that a command is about: those that a menu passed (the explorer passes the clicked one and the whole selection), else the one
 * in the active tab, else one that the user picks. Empty: they picked none.
 */
export async function chooseImages(room: Room, clicked: unknown, selection: unknown): Promise<Uri[]> {
  const passed = passedImages(clicked, selection);
  if (passed.length > 0) return passed;
  const shown = imageInActiveTab(room);
  return shown ? [shown] : pickImage();
}

/** A selection counts where it holds what was clicked; its folders and other files are left out. */
function passedImages(clicked: unknown, selection: unknown): Uri[] {
  const selected = Array.isArray(selection) ? selection.filter((uri) => uri instanceof Uri) : [];
  if (selected.length > 1) {
    const images = selected.filter(({ path }) => hasImageExtension(path));
    return images.length > 0 ? images : selected;
  }
  // Other menus pass other things: the preview's context menu passes what it knows of the webview.
  return clicked instanceof Uri ? [clicked] : [];
}

/** An image's tab has no text editor: only the tab's input says what it shows. A panel of ours stands for its image. */
function imageInActiveTab({ panels }: Room): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof TabInputWebview) {
    const image = input.viewType.endsWith('attentionLens.image') ? panels.active?.request.images[0] : undefined;
    return image === undefined ? undefined : Uri.parse(image);
  }
  return imageOf(input);
}

const imageOf = (input: unknown): Uri | undefined =>
  (input instanceof TabInputCustom || input instanceof TabInputText) && hasImageExtension(input.uri.path)
    ? input.uri
    : undefined;

interface ImageItem extends QuickPickItem {
  readonly uri?: Uri;
  readonly browse?: boolean;
}

/** Images in open tabs, then those of the workspace, then the whole disk. */
async function pickImage(): Promise<Uri[]> {
  const open = window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => !(input instanceof TabInputNotebook))
    .flatMap(({ input }) => imageOf(input) ?? []);
  const opened = new Set(open.map(String));
  const picked = await window.showQuickPick(imageItems(open, opened), {
    title: 'Explain an Image',
    placeHolder: 'Choose an image',
    matchOnDescription: true,
  });
  if (picked?.uri) return [picked.uri];
  return picked?.browse ? browse() : [];
}

async function imageItems(open: readonly Uri[], opened: ReadonlySet<string>): Promise<ImageItem[]> {
  const found = workspace.workspaceFolders ? await workspace.findFiles(imageGlob, undefined, maxListed) : [];
  const rest = found
    .filter((uri) => !opened.has(String(uri)))
    .sort((a, b) => a.path.localeCompare(b.path, undefined, { numeric: true }));
  const more = found.length === maxListed ? ` (the first ${maxListed})` : '';
  const section = (label: string, items: readonly Uri[]): ImageItem[] =>
    items.length === 0 ? [] : [{ label, kind: QuickPickItemKind.Separator }, ...items.map(imageItem)];
  return [
    ...section('open', [...new Map(open.map((uri) => [String(uri), uri])).values()]),
    ...section(`in the workspace${more}`, rest),
    { label: 'elsewhere', kind: QuickPickItemKind.Separator },
    { label: '$(folder-opened) Browse…', browse: true, alwaysShow: true },
  ];
}

const imageItem = (uri: Uri): ImageItem => {
  const path = workspace.asRelativePath(uri);
  const name = nameOf(uri.path);
  const folder = path.slice(0, Math.max(0, path.length - name.length - 1));
  return { label: `$(file-media) ${name.replaceAll('$(', '$\u200b(')}`, description: folder, uri };
};

async function browse(): Promise<Uri[]> {
  const picked = await window.showOpenDialog({
    title: 'Explain an Image',
    openLabel: 'Explain',
    filters: { Images: [...imageExtensions] },
    defaultUri: workspace.workspaceFolders?.[0]?.uri,
  });
  return picked ?? [];
}
