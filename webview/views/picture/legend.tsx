import { valueText } from '../../../src/shared/format';
import { hoveredPatch } from '../../state/selectors';
import { useApp } from '../../state/use-app';
import { Bar } from './bar';
import { strongest } from './strongest';
import type { ShownMap } from './shown';

/** What the colours are worth, and the value of the patch under the pointer; without one, of the strongest. */
export function Legend({
  shown,
  columns,
  outside,
  opacity,
}: {
  readonly shown: ShownMap;
  readonly columns: number;
  readonly outside: boolean;
  readonly opacity: number;
}) {
  const { map, top, signed, table } = shown;
  const hovered = useApp(hoveredPatch);
  const patch = outside ? null : hovered !== null && hovered < map.length ? hovered : null;
  const read = patch ?? strongest(map);
  if (!(top > 0))
    return (
      <div class="picture-legend">
        <Bar table={table} signed={signed} opacity={0} at={null} />
        <span>
          <b>0</b> everywhere: nothing is drawn
        </span>
      </div>
    );
  const value = map[read]!;
  return (
    <div class="picture-legend">
      <span class="legend-scale">
        <span class="number">{signed ? valueText(-top) : '0'}</span>
        <Bar
          table={table}
          signed={signed}
          opacity={opacity}
          at={outside ? null : signed ? (value / top + 1) / 2 : value / top}
        />
        <span class="number">{valueText(top)}</span>
      </span>
      <span class="legend-value">
        {outside ? (
          <span class="quiet">not seen by the model</span>
        ) : (
          <>
            <span class="quiet">
              {patch === null && `${constant(map) ? 'the same everywhere' : 'strongest'}: `}patch{' '}
            </span>
            <b>{read}</b>
            <span class="quiet">{` · row ${Math.floor(read / columns)}, column ${read % columns} · `}</span>
            <b>{valueText(value)}</b>
          </>
        )}
      </span>
    </div>
  );
}

const constant = (map: Float32Array): boolean => map.every((value) => value === map[0]);
