import { Uri } from 'vscode';
import type { PanelImage, PanelRequest, ToldImage } from '../../shared/panel-protocol';
import { nameOf } from '../names';
import type { ImageRef } from '../../engine/protocol';
import type { Shown } from './explain-images';

/** A panel's images as URIs. What a restored panel says may be no URI: it is left out, and the explanation then says that there is none. */
export const urisOf = ({ images }: PanelRequest): Uri[] => images.map((image) => Uri.parse(image));

/** Two panels of the same images would show the same. */
export const keyOf = ({ images }: PanelRequest): string => images.join('\n');

export const titleOf = (uris: readonly Uri[]): string =>
  uris.length === 0 ? 'Attention Lens' : `Explain: ${uris.map(({ path }) => nameOf(path)).join(' · ')}`;

export const imageOf = (shown: Shown): PanelImage => {
  const { width, height, data } = shown.photo;
  return { ...toldImage(shown), photo: { width, height, data } };
};

/** Without its photo, for a page that has it. */
export const toldImage = ({ uri, explained }: Shown): ToldImage => ({
  uri: uri.toString(),
  name: nameOf(uri.path),
  photo: null,
  explained,
});

/** The same picture under another name. */
export function movedTo(shown: Shown, uri: Uri, ref: ImageRef): Shown {
  const path = uri.scheme === 'file' ? uri.fsPath : nameOf(uri.path);
  return { ...shown, uri, ref, explained: { ...shown.explained, image: { ...shown.explained.image, path } } };
}
