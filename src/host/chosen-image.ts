import { TabInputCustom, TabInputText, Uri, window } from 'vscode';

const extensions = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'tif', 'tiff', 'avif', 'bmp', 'svg'];
const isImage = ({ path }: Uri): boolean =>
  extensions.some((extension) => path.toLowerCase().endsWith(`.${extension}`));

/** The image that a menu passed, else the one in the active tab, else one that the user picks; undefined where they pick none. */
export async function chosenImage(passed: unknown): Promise<Uri | undefined> {
  if (passed instanceof Uri) return passed;
  // An image's tab has no text editor: only its input says what it shows.
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  if ((input instanceof TabInputCustom || input instanceof TabInputText) && isImage(input.uri)) return input.uri;
  const picked = await window.showOpenDialog({ title: 'Explain an Image', filters: { Images: extensions } });
  return picked?.[0];
}
