import { colourMaps, diverging, type ColourMapName } from '../shared/colour/maps';
import type { ColourTable } from '../shared/colour/table';
import type { Method, Outline, Reading } from '../shared/explanation';
import { paintOverlay, type Heat, type RgbImage } from '../shared/paint';
import { comparedTops, type HeatScale } from '../shared/scale';
import type { EngineCallOptions, EngineClient } from './client';

/** How the heat of a reading is painted. */
export interface OverlayStyle {
  /** For methods without signs; the signed one has its own, diverging. */
  readonly colourMap: ColourMapName;
  readonly smooth: boolean;
  readonly scale: HeatScale;
  /** As of `paintOverlay` where absent. */
  readonly opacity?: number;
  /** Of the pictures that it is compared with: a shared scale is theirs too. */
  readonly beside?: readonly Reading[];
}

export const tableOf = (method: Method, colourMap: ColourMapName): ColourTable =>
  method === 'signed' ? diverging : colourMaps[colourMap];

/** A PNG of the photo with one prompt's heat. The photo is the original, or a smaller copy of it. */
export async function overlayPng(
  engine: EngineClient,
  photo: RgbImage,
  explanation: Outline,
  reading: Reading,
  style: OverlayStyle,
  prompt: number,
  options?: EngineCallOptions,
): Promise<Uint8Array> {
  const { image, grid } = explanation;
  const [across, down] = [photo.width / image.width, photo.height / image.height];
  const { x, y, width, height } = image.crop;
  const heat: Heat = {
    map: reading.prompts[prompt]!.map,
    grid,
    crop: { x: x * across, y: y * down, width: width * across, height: height * down },
    top: comparedTops([reading, ...(style.beside ?? [])], style.scale)[0]![prompt]!,
    table: tableOf(reading.method, style.colourMap),
    signed: reading.method === 'signed',
    smooth: style.smooth,
    opacity: style.opacity,
  };
  return (await engine.call('encodePng', paintOverlay(photo, heat), options)).png;
}

/** One PNG for each prompt, in turn: all photos at once would be as many times the memory. */
export async function overlayPngs(
  engine: EngineClient,
  photo: RgbImage,
  explanation: Outline,
  reading: Reading,
  style: OverlayStyle,
  options?: EngineCallOptions,
): Promise<Uint8Array[]> {
  const pictures: Uint8Array[] = [];
  for (const k of reading.prompts.keys())
    pictures.push(await overlayPng(engine, photo, explanation, reading, style, k, options));
  return pictures;
}
