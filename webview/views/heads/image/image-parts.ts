import { patchRow } from '../../../../src/shared/head-row';
import type { PanelImage } from '../../../../src/shared/panel-protocol';
import type { TilePhoto } from '../../../draw/mosaic';
import { cropAspect, drawPatchRow, greyCrop, patchPixels, pixelCanvas } from '../../../draw/patch-heat';
import type { AppState } from '../../../state/app-state';
import { shownImage } from '../../../state/selectors';
import type { Store } from '../../../state/store';
import type { ImageParts } from '../source';
import { Across } from './across';
import { RowOnImage } from './row-on-image';

const photos = new WeakMap<PanelImage, TilePhoto>();

export const imageParts = (store: Store<AppState>): ImageParts => ({
  onImage: ({ image }, { show }) => image?.tower === 'vision' && (show === 'image' || image.pooled),
  map: ({ image }, head) => patchRow(image!.explained, head, null),
  drawTile: (canvas, _, map, colours, fine) => drawPatchRow(canvas, shownImage(store.get())!, map, colours, fine),
  photo: () => {
    const image = shownImage(store.get())!;
    const known = photos.get(image) ?? photoOf(image);
    photos.set(image, known);
    return known;
  },
  Row: RowOnImage,
  Across,
});

const photoOf = (image: PanelImage): TilePhoto => ({
  aspect: cropAspect(image),
  grid: image.explained.grid,
  draw: (context, x, y, width, height) => {
    context.imageSmoothingEnabled = true;
    context.drawImage(greyCrop(image), x, y, width, height);
  },
  heat: (map, grid, colours) => pixelCanvas(patchPixels(map, grid, colours)),
});
