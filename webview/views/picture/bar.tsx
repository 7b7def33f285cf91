import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ColourTable } from '../../../src/shared/colour/table';
import { rampPixels } from '../../../src/shared/heat-layer';
import { heatSteps } from '../../../src/shared/heat-lines';

const barWidth = 256;

/** The colours from low to high, as transparent as on the photo, and where among them a value lies. */
export function Bar({
  table,
  signed,
  opacity,
  at,
}: {
  readonly table: ColourTable;
  readonly signed: boolean;
  readonly opacity: number;
  /** 0–1 from the low end; null: none. */
  readonly at: number | null;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const steps = rampPixels(table, signed);
    const pixels = Uint32Array.from({ length: barWidth }, (_, x) => steps[Math.round((x / (barWidth - 1)) * heatSteps)]!); // prettier-ignore
    const image = new ImageData(new Uint8ClampedArray(pixels.buffer), barWidth, 1);
    canvas.current!.getContext('2d')!.putImageData(image, 0, 0);
  }, [table, signed]);
  return (
    <span class="colour-bar" aria-hidden="true">
      <canvas ref={canvas} width={barWidth} height={1} style={{ opacity }} />
      {at !== null && <i style={{ left: `${100 * Math.min(1, Math.max(0, at))}%` }} />}
    </span>
  );
}
