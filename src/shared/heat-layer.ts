import { colourAt, type ColourTable } from './colour/table';
import { heatLines, heatSteps, stepStrength, type HeatField, type PixelBox } from './heat-lines';
import { heatAlpha } from './paint';

/** The heat of one picture as a layer of its own, to be laid over the photo. */
export interface HeatLayer extends HeatField {
  readonly table: ColourTable;
}

/**
 * RGBA of the pixels of `box`, alpha not multiplied in; transparent where a value is zero. Laid over the photo with an opacity of o it
 * shows what `paintOverlay` paints with that opacity. 1600 × 1200 take about 10 ms.
 */
export function heatPixels(heat: HeatLayer, box: PixelBox): Uint8ClampedArray<ArrayBuffer> {
  const width = Math.max(0, box.right - box.left);
  const height = Math.max(0, box.bottom - box.top);
  const pixels = new Uint32Array(width * height);
  const colours = rampPixels(heat.table, heat.signed);
  heatLines(heat, box, (y, steps, repeated) => {
    const at = (y - box.top) * width;
    if (repeated) pixels.copyWithin(at, at - width, at);
    else for (let i = 0; i < width; i++) pixels[at + i] = colours[steps[i]!]!;
  });
  return new Uint8ClampedArray(pixels.buffer);
}

/** The colour of each step with its alpha, four bytes as one number; kept, since a panel uses one or two. */
export function rampPixels(table: ColourTable, signed: boolean): Uint32Array<ArrayBuffer> {
  const ramps = signed ? signedRamps : sequentialRamps;
  const known = ramps.get(table);
  if (known) return known;
  const bytes = new Uint8ClampedArray(4 * (heatSteps + 1));
  for (let step = 0; step <= heatSteps; step++) {
    const alpha = 255 * heatAlpha(stepStrength(step, signed), 1);
    bytes.set([...colourAt(table, step / heatSteps), alpha], 4 * step);
  }
  const ramp = new Uint32Array(bytes.buffer);
  ramps.set(table, ramp);
  return ramp;
}

const signedRamps = new WeakMap<ColourTable, Uint32Array<ArrayBuffer>>();
const sequentialRamps = new WeakMap<ColourTable, Uint32Array<ArrayBuffer>>();
