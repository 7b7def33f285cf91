import { insideImage } from '../../../src/shared/geometry';
import type { PanelImage } from '../../../src/shared/panel-protocol';
import { overlaySvg } from '../../../src/shared/svg/overlay';
import { drawHeat } from '../../draw/heat';
import { photoCanvas } from '../../draw/photo';
import { useSvgView } from '../../export/svg-views';
import { themeColours } from '../../export/theme-colours';
import { useApp } from '../../state/use-app';
import type { ShownMap } from './shown';

/** Offers the picture as a vector file; `name` tells the two of a comparison apart. */
export function useOverlaySvg(image: PanelImage, name: string, shown: ShownMap): void {
  const overlay = useApp(({ view }) => view!.overlay);
  useSvgView(name, () => {
    const { map, top, signed, table, smooth, title } = shown;
    const { grid, image: info } = image.explained;
    const heat = overlay.on ? { map, grid, top, signed, table, smooth } : null;
    return overlaySvg({
      image: info,
      crop: info.crop,
      photo: photoSource(photoCanvas(image.photo)),
      heat,
      layer: heat && smooth && top > 0 ? heatSource(image, shown) : null,
      opacity: overlay.opacity,
      title: `${title} on ${image.name}`,
      colours: themeColours(),
    });
  });
}

/** Photographs of more pixels would be many megabytes as PNG. */
const losslessPixels = 500_000;

const photoSource = (canvas: HTMLCanvasElement): string =>
  canvas.width * canvas.height > losslessPixels ? canvas.toDataURL('image/jpeg', 0.92) : canvas.toDataURL('image/png');

/** The heat at the original's size; `drawHeat` makes it no finer than can be seen. */
function heatSource({ explained: { image, grid } }: PanelImage, shown: ShownMap): string {
  const canvas = document.createElement('canvas');
  const { x, y, width, height } = insideImage(image.crop, image);
  const box = { left: x, top: y, right: x + width, bottom: y + height };
  drawHeat(canvas, { ...shown, grid, crop: image.crop }, box);
  return canvas.toDataURL('image/png');
}
