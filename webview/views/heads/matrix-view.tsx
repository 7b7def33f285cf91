import { useMemo, useRef, useState } from 'preact/hooks';
import type { Axis } from '../../../src/shared/axis';
import { valueText } from '../../../src/shared/format';
import type { Matrix } from '../../../src/shared/matrix';
import { drawMatrixWithin } from '../../draw/matrix-within';
import { Canvas } from '../../ui/canvas';
import { movedIndex } from '../../ui/roving';
import { useWidth } from '../../ui/use-width';
import type { Framed } from './source';
import { ColumnLabels, RowLabels } from './matrix-labels';
import { matrixLayout, zoomed, type MatrixLayout } from './matrix-layout';

export interface Cell {
  readonly query: number;
  readonly key: number;
}

export interface MatrixViewProps {
  /** [queries, keys]. */
  readonly matrix: Matrix;
  /** The value of the last colour. */
  readonly top: number;
  readonly signed: boolean;
  readonly rowAxis: Axis;
  readonly columnAxis: Axis;
  /** Said to screen readers. */
  readonly label: string;
  /** Rows and columns that the pointer, the focus or another view lights; one of each is a cell, whose value is shown. */
  readonly lit: { readonly queries: readonly number[]; readonly keys: readonly number[] };
  /** A row and a column that stay framed. */
  readonly framed: Framed;
  readonly onPoint: (cell: Cell | null) => void;
  readonly onChoose?: (cell: Cell) => void;
}

/**
 * A matrix as a picture, each entry a rectangle of one colour, in a frame of its own that scrolls where the matrix is large. Pointer and
 * arrow keys go from entry to entry.
 */
export function MatrixView(props: MatrixViewProps) {
  const { matrix, top, signed, rowAxis, columnAxis, lit, framed, onPoint, onChoose } = props;
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<HTMLDivElement>(null);
  const cursor = useRef<Cell | null>(null);
  const [zoom, setZoom] = useState<number | null>(null);
  const available = useWidth(frame);
  const layout = useMemo(
    () => matrixLayout(rowAxis, columnAxis, available, zoom),
    [rowAxis, columnAxis, available, zoom],
  );
  // Labels are many, and stay as they are from head to head.
  const rowLabels = useMemo(() => <RowLabels axis={rowAxis} layout={layout} lit={lit.queries} />, [rowAxis, layout, lit.queries]); // prettier-ignore
  const columnLabels = useMemo(() => <ColumnLabels axis={columnAxis} layout={layout} lit={lit.keys} />, [columnAxis, layout, lit.keys]); // prettier-ignore
  const cell: Cell | null =
    lit.queries.length === 1 && lit.keys.length === 1 ? { query: lit.queries[0]!, key: lit.keys[0]! } : null;

  const under = ({ clientX, clientY }: MouseEvent): Cell => {
    const box = plot.current!.getBoundingClientRect();
    const within = (share: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    return {
      query: within((clientY - box.top) / box.height, matrix.rows),
      key: within((clientX - box.left) / box.width, matrix.columns),
    };
  };
  const go = (to: Cell): void => {
    cursor.current = to;
    onPoint(to);
    bringIntoView(frame.current!, to, layout);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = cell ?? cursor.current ?? { query: framed.query ?? 0, key: 0 };
    const next = movedCell(event.key, at, matrix);
    if (next) go(next);
    else if (event.key === 'Enter' || event.key === ' ') onChoose?.(at);
    else if (event.key === '+' || event.key === '-') setZoom(zoomed(layout.cellWidth, event.key === '+' ? 1 : -1));
    else return;
    // The panel's own keys mean other things.
    event.preventDefault();
    event.stopPropagation();
  };
  const large = zoom !== null || layout.cellWidth < smallCell;
  return (
    <div class="matrix">
      <div class="matrix-frame" ref={frame}>
        <div class="matrix-body" style={{ gridTemplateColumns: `${layout.left}px ${layout.width}px` }}>
          {rowLabels}
          <div
            ref={plot}
            class="matrix-plot"
            data-enlarged
            role="application"
            aria-roledescription="heat map"
            aria-label={props.label}
            tabIndex={0}
            style={{ width: `${layout.width}px`, height: `${layout.height}px` }}
            onPointerMove={(event) => {
              const to = under(event);
              if (to.query !== cell?.query || to.key !== cell.key) onPoint(to);
            }}
            onPointerLeave={() => onPoint(plot.current === document.activeElement ? cursor.current : null)}
            onClick={(event) => {
              cursor.current = under(event);
              onChoose?.(cursor.current);
            }}
            onFocus={() => {
              if (!plot.current!.matches(':focus-visible')) return;
              const query = framed.query ?? 0;
              go(cursor.current ?? { query, key: strongestKey(matrix, query) });
            }}
            onBlur={() => onPoint(null)}
            onKeyDown={onKeyDown}
          >
            <Canvas
              className="cells"
              inputs={[matrix, top, signed, layout.cellWidth < 1 ? layout.width : null]}
              draw={(canvas) => {
                const side = layout.cellWidth < 1 ? Math.round(layout.width * devicePixelRatio) : Infinity;
                drawMatrixWithin(canvas, matrix, { top, signed }, side);
              }}
            />
            <Bands layout={layout} lit={lit} framed={framed} />
            {cell && cell.query < matrix.rows && cell.key < matrix.columns && (
              <Tip cell={cell} layout={layout} {...props} />
            )}
          </div>
          <span />
          {columnLabels}
        </div>
      </div>
      {large && (
        <div class="matrix-zoom small" role="group" aria-label="Size of the matrix">
          <button type="button" class="step" aria-label="Smaller" onClick={() => setZoom(zoomed(layout.cellWidth, -1))}>
            −
          </button>
          <button type="button" class="text-toggle" aria-pressed={zoom === null} onClick={() => setZoom(null)}>
            fit
          </button>
          <button type="button" class="step" aria-label="Larger" onClick={() => setZoom(zoomed(layout.cellWidth, 1))}>
            +
          </button>
          <span class="quiet">
            {layout.cellWidth < 1
              ? 'each pixel shows the strongest entry that it covers'
              : `${layout.cellWidth} pixel${layout.cellWidth === 1 ? '' : 's'} an entry`}
          </span>
        </div>
      )}
    </div>
  );
}

/** Entries below this size of pixels are hard to tell apart: one may want them larger. */
const smallCell = 4;

function movedCell(key: string, { query, key: column }: Cell, { rows, columns }: Matrix): Cell | null {
  const step = Math.max(1, Math.round(rows / 10));
  if (key === 'PageUp') return { query: Math.max(0, query - step), key: column };
  if (key === 'PageDown') return { query: Math.min(rows - 1, query + step), key: column };
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const to = movedIndex(key, query, { count: rows, columns: 1 });
    return to === null ? null : { query: to, key: column };
  }
  const to = movedIndex(key, column, { count: columns, columns });
  return to === null ? null : { query, key: to };
}

function strongestKey({ columns, data }: Matrix, query: number): number {
  let best = 0;
  for (let key = 1; key < columns; key++)
    if (Math.abs(data[query * columns + key]!) > Math.abs(data[query * columns + best]!)) best = key;
  return best;
}

function bringIntoView(
  frame: HTMLElement,
  { query, key }: Cell,
  { cellWidth, cellHeight, left, below }: MatrixLayout,
): void {
  const [x, y] = [left + key * cellWidth, query * cellHeight];
  const [seenX, seenY] = [frame.scrollLeft + left, frame.scrollTop];
  const [endX, endY] = [frame.scrollLeft + frame.clientWidth - cellWidth, frame.scrollTop + frame.clientHeight - below - cellHeight]; // prettier-ignore
  if (x < seenX || x > endX) frame.scrollLeft = x - frame.clientWidth / 2;
  if (y < seenY || y > endY) frame.scrollTop = y - frame.clientHeight / 2;
}

/** A band is at least so thick, or a row of one pixel could not be found. */
const thinnest = 3;

function Bands({
  layout,
  lit,
  framed,
}: {
  readonly layout: MatrixLayout;
  readonly lit: MatrixViewProps['lit'];
  readonly framed: Framed;
}) {
  const span = (at: number, cell: number) => {
    const size = Math.max(thinnest, cell);
    return [`${at * cell - (size - cell) / 2}px`, `${size}px`] as const;
  };
  const bands = (lit: readonly number[], framed: number | null): readonly number[] =>
    framed === null || lit.includes(framed) ? lit : [framed, ...lit];
  const name = (at: number, framed: number | null): string => (at === framed ? 'band framed' : 'band');
  return (
    <div class="matrix-bands" aria-hidden="true">
      {bands(lit.queries, framed.query).map((at) => {
        const [top, height] = span(at, layout.cellHeight);
        return <i key={`q${at}`} class={name(at, framed.query)} style={{ top, height, left: 0, right: 0 }} />;
      })}
      {bands(lit.keys, framed.key).map((at) => {
        const [left, width] = span(at, layout.cellWidth);
        return <i key={`k${at}`} class={name(at, framed.key)} style={{ left, width, top: 0, bottom: 0 }} />;
      })}
    </div>
  );
}

function Tip({
  cell,
  layout,
  matrix,
  rowAxis,
  columnAxis,
}: MatrixViewProps & { readonly cell: Cell; readonly layout: MatrixLayout }) {
  const { cellWidth, cellHeight, width } = layout;
  const x = (cell.key + 1) * cellWidth + 6;
  const y = cell.query * cellHeight;
  const right = x > width * 0.55;
  // Above the row, or below where there is nothing above.
  const place = y > 30 ? { bottom: `${layout.height - y + 4}px` } : { top: `${y + cellHeight + 4}px` };
  return (
    <output
      class="matrix-tip"
      style={right ? { ...place, right: `${width - cell.key * cellWidth + 6}px` } : { ...place, left: `${x}px` }}
    >
      <bdi>{rowAxis.name(cell.query)}</bdi> → <bdi>{columnAxis.name(cell.key)}</bdi>{' '}
      <b>{valueText(matrix.data[cell.query * matrix.columns + cell.key]!)}</b>
    </output>
  );
}
