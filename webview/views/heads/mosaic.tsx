import { useMemo, useRef, useState } from 'preact/hooks';
import { mosaicSize, type MosaicPlace } from '../../draw/mosaic';
import { Canvas } from '../../ui/canvas';
import { focusIndex, rove } from '../../ui/roving';
import type { ShownTiles } from './use-tiles';

export interface MosaicProps {
  readonly place: MosaicPlace;
  readonly chosen: { readonly layer: number; readonly head: number } | null;
  /** Said to screen readers. */
  readonly label: string;
  readonly nameOf: (layer: number, head: number) => string;
  readonly tiles: ShownTiles;
  /** The pointer is at a place of some tile, in shares of its sides. */
  readonly onPoint: (pointed: { readonly across: number; readonly down: number } | null) => void;
  readonly onChoose: (layer: number, head: number) => void;
}

/** Layers × heads as a grid of cells over one picture. Arrow keys look around; click or Enter chooses. */
export function Mosaic({ place, chosen, label, nameOf, tiles, onPoint, onChoose }: MosaicProps) {
  const grid = useRef<HTMLDivElement>(null);
  const { layers, heads, tileWidth, tileHeight, gap } = place;
  const [under, setUnder] = useState<number | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const chosenIndex = chosen ? chosen.layer * heads + chosen.head : 0;
  const stop = Math.min(cursor ?? chosenIndex, layers * heads - 1);
  const rows = useMemo(
    () =>
      Array.from({ length: layers }, (_, layer) => (
        <div role="row" class="mosaic-row" key={layer}>
          <span class="mosaic-layer" role="rowheader">
            {layer}
          </span>
          {Array.from({ length: heads }, (_, head) => {
            const index = layer * heads + head;
            return (
              <div
                key={head}
                role="gridcell"
                class="mosaic-cell"
                aria-label={nameOf(layer, head)}
                aria-selected={chosen !== null && index === chosenIndex}
                tabIndex={index === stop ? 0 : -1}
                data-index={index}
              />
            );
          })}
        </div>
      )),
    [layers, heads, nameOf, chosen === null, chosenIndex, stop],
  );
  const cellOf = (event: Event): HTMLElement | null => (event.target as Element).closest<HTMLElement>('[data-index]');
  const indexOf = (event: Event): number | null => {
    const cell = cellOf(event);
    return cell ? Number(cell.dataset.index) : null;
  };
  const choose = (index: number): void => onChoose(Math.floor(index / heads), index % heads);
  const told = under ?? (chosen ? chosenIndex : null);
  const [layer, head] = told === null ? [0, 0] : [Math.floor(told / heads), told % heads];
  const value = told === null ? '' : tiles.told(layer, head);
  const size = mosaicSize(place);
  return (
    <>
      <div
        ref={grid}
        class="mosaic"
        role="grid"
        aria-label={label}
        style={{
          '--heads': heads,
          '--tile-width': `${tileWidth}px`,
          '--tile-height': `${tileHeight}px`,
          '--tile-gap': `${gap}px`,
        }}
        onPointerMove={(event) => {
          const cell = cellOf(event);
          setUnder(indexOf(event));
          if (!cell) return onPoint(null);
          const box = cell.getBoundingClientRect();
          onPoint({ across: (event.clientX - box.left) / box.width, down: (event.clientY - box.top) / box.height });
        }}
        onPointerLeave={() => {
          setUnder(null);
          onPoint(null);
        }}
        onFocusIn={(event) => {
          const index = indexOf(event);
          setCursor(index);
          setUnder(index);
        }}
        onFocusOut={() => setUnder(null)}
        onClick={(event) => {
          const index = indexOf(event);
          if (index !== null) choose(index);
        }}
        onKeyDown={(event) => {
          const index = indexOf(event);
          if (index === null) return;
          if (event.key === 'Enter' || event.key === ' ') {
            event.preventDefault();
            event.stopPropagation();
            choose(index);
          }
          rove(event, index, { count: layers * heads, columns: heads }, (to) => focusIndex(grid.current, to));
        }}
      >
        <div
          class={`mosaic-picture${tiles.lines ? ' lines' : ''}${tiles.lit ? ' lit' : ''}`}
          style={{ width: `${size.width}px`, height: `${size.height}px` }}
        >
          <Canvas inputs={[tiles.drawn, place]} draw={(canvas) => tiles.draw(canvas, place)} />
          {tiles.lit && (
            <Canvas className="mosaic-lit" inputs={[tiles, place]} draw={(canvas) => tiles.drawLit(canvas, place)} />
          )}
        </div>
        {rows}
      </div>
      <p class="head-numbers small quiet">
        {told !== null && (
          <>
            {nameOf(layer, head)}
            {value && (
              <>
                {' '}
                · <bdi>{value}</bdi>
              </>
            )}
          </>
        )}
      </p>
    </>
  );
}
