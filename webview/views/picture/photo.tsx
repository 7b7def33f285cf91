import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { visibleCrop, type PixelBox } from '../../../src/shared/heat-lines';
import type { PanelImage } from '../../../src/shared/panel-protocol';
import type { Size } from '../../../src/shared/geometry';
import { drawHeat } from '../../draw/heat';
import { drawnRect, drawPhoto, sized } from '../../draw/photo';
import { useDeviceSize } from '../../draw/use-device-size';
import type { ShownMap } from './shown';

interface PhotoProps {
  readonly image: PanelImage;
  readonly heat: Pick<ShownMap, 'map' | 'top' | 'signed' | 'table' | 'smooth'>;
  /** Of the strongest heat; null: the heat is off. */
  readonly opacity: number | null;
}

/**
 * The photo and its heat, two canvases that fill their parent. The photo is drawn when its size changes, the heat when the map does, and
 * an opacity is only a style.
 */
export function Photo({ image, heat, opacity }: PhotoProps) {
  const frame = useRef<HTMLDivElement>(null);
  const photo = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLCanvasElement>(null);
  const size = useDeviceSize(frame);
  const { explained } = image;
  const crop = useMemo(() => size && drawnRect(explained.image.crop, explained.image, size), [size, explained.image]);

  useLayoutEffect(() => {
    if (!size || !crop) return;
    drawPhoto(sized(photo.current!, size), image.photo, crop);
  }, [size, crop, image.photo]);

  const { map, top, signed, table, smooth } = heat;
  const { grid } = explained;
  const on = opacity !== null;
  useLayoutEffect(() => {
    if (!size || !crop || !on) return;
    const box = visibleCrop(crop, size);
    drawHeat(layer.current!, { map, grid, crop, top, signed, table, smooth }, box);
    place(layer.current!, box, size);
  }, [size, crop, map, grid, top, signed, table, smooth, on]);

  return (
    <div class="photo-layers" ref={frame} aria-hidden="true">
      <canvas ref={photo} />
      <canvas ref={layer} class="heat" hidden={!on} style={{ opacity: opacity ?? 0 }} />
    </div>
  );
}

/** Whole pixels of the screen, said in shares of the frame. */
function place({ style }: HTMLElement, { left, top, right, bottom }: PixelBox, { width, height }: Size): void {
  style.left = `${(100 * left) / width}%`;
  style.top = `${(100 * top) / height}%`;
  style.width = `${(100 * (right - left)) / width}%`;
  style.height = `${(100 * (bottom - top)) / height}%`;
}
