import { colourAt } from '../../../src/shared/colour/table';
import { valueText } from '../../../src/shared/format';
import { headTable } from '../../draw/matrix';
import { sized } from '../../draw/photo';
import { Canvas } from '../../ui/canvas';

/** What the colours of heads are worth. */
export function HeatLegend({ top, signed }: { readonly top: number; readonly signed: boolean }) {
  if (!(top > 0)) return <p class="heat-legend small">0 everywhere</p>;
  return (
    <p class="heat-legend small">
      <span class="number">{signed ? valueText(-top) : '0'}</span>
      <Canvas
        className="heat-bar"
        inputs={[signed]}
        draw={(canvas) => {
          sized(canvas, { width: 128, height: 1 });
          const context = canvas.getContext('2d')!;
          for (let x = 0; x < 128; x++) {
            const [r, g, b] = colourAt(headTable(signed), x / 127);
            context.fillStyle = `rgb(${r} ${g} ${b})`;
            context.fillRect(x, 0, 1, 1);
          }
        }}
      />
      <span class="number">{valueText(top)}</span>
    </p>
  );
}
