import { reportHtml } from '../explain/report/report';
import type { Outline, Reading } from '../shared/explanation';
import { heatTops } from '../shared/scale';
import type { EngineCallOptions, EngineClient } from './client';
import { overlayPngs, tableOf, type OverlayStyle } from './overlays';
import type { ImageRef } from './protocol';

/** Longer side of a report's pictures: what a screen shows. */
const longestSide = 1600;

/** The offline HTML report of an image, with its pictures painted. */
export async function reportOf(
  engine: EngineClient,
  image: ImageRef,
  explanation: Outline,
  reading: Reading,
  style: OverlayStyle,
  options?: EngineCallOptions,
): Promise<string> {
  const photo = await engine.call('decodeImage', { image, longestSide }, options);
  const overlays = await overlayPngs(engine, photo, explanation, reading, style, options);
  const { png } = await engine.call('encodePng', photo, options);
  return reportHtml({
    explanation,
    reading,
    photo: { bytes: png, mime: 'image/png' },
    overlays,
    tops: heatTops(reading, style.scale),
    table: tableOf(reading.method, style.colourMap),
  });
}
