import { useMemo, useRef, useState } from 'preact/hooks';
import { thinned, tokenAxis } from '../../../../src/shared/axis';
import { valueText } from '../../../../src/shared/format';
import type { HiddenGrid, HiddenQuantity } from '../../../../src/shared/text/hidden-series';
import { visibleToken } from '../../../../src/shared/text/visible-token';
import type { Matrix } from '../../../../src/shared/matrix';
import { matrixSvg } from '../../../../src/shared/svg/matrix';
import { stateInWords, stateName } from '../../../../src/shared/text/wording';
import { drawMatrix, headTable, matrixPng } from '../../../draw/matrix';
import { themeColours } from '../../../export/theme-colours';
import { useSvgView } from '../../../export/svg-views';
import { Canvas } from '../../../ui/canvas';
import { useWidth } from '../../../ui/use-width';
import { HeatLegend } from '../../../views/heads/heat-legend';
import { litTokens, shownItems, shownToken, tokensOf } from '../../state/text-selectors';
import { useText, useTextController } from '../../state/use-text';
import { useViewName } from '../text-svgs';

const cell = 22;
const left = 34;

/** Tokens from left to right, states from top to bottom. */
export function StateMap({
  item,
  sequence,
  grid,
  columns,
  quantity,
  signed,
  top,
}: {
  readonly item: number;
  readonly sequence: number;
  readonly grid: HiddenGrid;
  readonly columns: readonly number[];
  readonly quantity: HiddenQuantity;
  readonly signed: boolean;
  /** Of all that are compared. */
  readonly top: number;
}) {
  const controller = useTextController();
  const frame = useRef<HTMLDivElement>(null);
  const width = Math.max(0, useWidth(frame) - left - 4);
  const tokens = useText((state) => tokensOf(state, item, sequence));
  const place = useText((state) => shownToken(state.view!, shownItems(state), item));
  const lit = useText((state) => litTokens(state, item, sequence));
  /** The state that the pointer is at; null: it is elsewhere. */
  const [row, setRow] = useState<number | null>(null);
  const matrix = useMemo(
    (): Matrix => ({
      rows: grid.states,
      columns: columns.length,
      data: Float32Array.from({ length: grid.states * columns.length }, (_, i) => grid.data[Math.floor(i / columns.length) * grid.columns + columns[i % columns.length]!]!), // prettier-ignore
    }),
    [grid, columns],
  );
  const axis = useMemo(
    () => tokenAxis(columns.map((column) => ({ text: visibleToken(tokens[column]!.text) }))),
    [columns, tokens],
  );
  const states = useMemo(() => tokenAxis(Array.from({ length: grid.states }, (_, s) => ({ text: stateName(s) }))), [grid.states]); // prettier-ignore
  const name = useViewName(`map of hidden states, ${quantity}`, item, sequence);
  const label = `Map of ${quantity}: ${columns.length} tokens, ${grid.states} states`;
  useSvgView(name, () =>
    matrixSvg({
      matrix,
      top,
      signed,
      table: headTable(signed),
      rowAxis: states,
      columnAxis: axis,
      title: label,
      colours: themeColours(),
      picture: () => matrixPng(matrix, { top, signed }),
    }),
  );
  const step = width / Math.max(1, columns.length);
  const height = grid.states * cell;
  const under = ({ clientX, clientY }: MouseEvent): number => {
    const box = frame.current!.getBoundingClientRect();
    setRow(Math.min(grid.states - 1, Math.max(0, Math.floor((clientY - box.top) / cell))));
    return columns[Math.min(columns.length - 1, Math.max(0, Math.floor((clientX - box.left - left) / step)))]!;
  };
  const chosen = place.sequence === sequence ? columns.indexOf(place.token) : -1;
  const marked = lit.length === 1 ? columns.indexOf(lit[0]!) : -1;
  return (
    <>
      <div
        class="state-map"
        ref={frame}
        role="img"
        aria-label={label}
        style={{ height: `${height + 66}px` }}
        onPointerMove={(event) => controller.hover({ item, sequence, tokens: [under(event)], heads: null })}
        onPointerLeave={() => {
          setRow(null);
          controller.hover(null);
        }}
        onClick={(event) => controller.choose({ item, sequence, token: under(event) })}
      >
        <div class="state-map-cells" style={{ left: `${left}px`, width: `${width}px`, height: `${height}px` }}>
          <Canvas
            className="cells"
            inputs={[matrix, top, signed]}
            draw={(canvas) => drawMatrix(canvas, matrix, { top, signed })}
          />
        </div>
        {[chosen, marked].map((column, i) =>
          column < 0 ? null : (
            <i
              key={i}
              class={i === 0 ? 'band framed' : 'band'}
              style={{ left: `${left + column * step}px`, width: `${Math.max(3, step)}px`, top: '0', height: `${height}px` }} // prettier-ignore
              aria-hidden="true"
            />
          ),
        )}
        <svg width={left + width} height={height + 66} aria-hidden="true">
          {states.marks.map(({ at, text }) => (
            <text key={at} class="plot-tick" x={left - 6} y={at * cell + cell / 2 + 4}>
              {text}
            </text>
          ))}
          {thinned(axis, step, 15).map(({ at, text }) => {
            const x = left + (at + 0.5) * step;
            return (
              <text key={at} class="plot-name" x={x} y={height + 13} transform={`rotate(-35 ${x} ${height + 13})`}>
                {text.slice(0, 12)}
              </text>
            );
          })}
        </svg>
        {marked >= 0 && row !== null && (
          <div
            class={marked > columns.length / 2 ? 'matrix-tip plot-tip before' : 'matrix-tip plot-tip'}
            style={{ left: `${left + (marked + 0.5) * step}px`, top: `${row * cell - 4}px` }}
            aria-hidden="true"
          >
            <bdi>{axis.name(marked)}</bdi> · {stateInWords(row)}{' '}
            <b>{valueText(matrix.data[row * columns.length + marked]!)}</b>
          </div>
        )}
      </div>
      <HeatLegend top={top} signed={signed} />
    </>
  );
}
