import type { Grid } from '../../../../src/shared/geometry';

/** Words on the left, the picture on the right, and the room for lines between; in CSS pixels. */
export interface AcrossPlace {
  readonly list: number;
  readonly gap: number;
  readonly imageWidth: number;
  readonly imageHeight: number;
}

/** Of a row of the list. */
export const wordRow = 28;
const largestImage = 460;

export function acrossPlace(width: number, aspect: number): AcrossPlace {
  const list = width < 480 ? 104 : 170;
  const gap = width < 480 ? 20 : 64;
  const imageWidth = Math.max(40, Math.min(largestImage, width - list - gap));
  return { list, gap, imageWidth, imageHeight: imageWidth / aspect };
}

/** Fainter lines than this share of the strongest are not drawn. */
const faintest = 0.02;
const steps = 16;

/** From the first row of the list to the patches, strokes by opacity = magnitude ÷ the largest; of a lit patch its line alone. */
export function patchLines(
  weights: ArrayLike<number>,
  [rows, columns]: Grid,
  { list, gap, imageWidth, imageHeight }: AcrossPlace,
  lit: number | null,
): { readonly opacity: number; readonly path: string }[] {
  let top = 0;
  for (let i = 0; i < weights.length; i++) top = Math.max(top, Math.abs(weights[i]!));
  if (!(top > 0)) return [];
  const strokes = new Map<number, string[]>();
  const [x, y] = [list, wordRow / 2];
  for (let patch = 0; patch < rows * columns; patch++) {
    const share = lit === null ? Math.abs(weights[patch]!) / top : lit === patch ? 1 : 0;
    if (share < faintest) continue;
    const to = [
      list + gap + ((patch % columns) + 0.5) * (imageWidth / columns),
      (Math.floor(patch / columns) + 0.5) * (imageHeight / rows),
    ].map((v) => Math.round(v * 10) / 10) as [number, number];
    const bend = x + gap;
    const step = Math.ceil(share * steps);
    const paths = strokes.get(step) ?? [];
    strokes.set(step, paths);
    paths.push(`M${x} ${y}C${bend} ${y} ${bend} ${to[1]} ${to[0]} ${to[1]}`);
  }
  return [...strokes]
    .sort(([a], [b]) => a - b)
    .map(([step, paths]) => ({ opacity: step / steps, path: paths.join('') }));
}
