import type { ComponentChildren } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { mosaicSize, type MosaicPlace } from '../../draw/mosaic';
import { focusIndex, rove } from '../../ui/roving';

export interface MosaicProps {
  readonly place: MosaicPlace;
  readonly chosen: { readonly layer: number; readonly head: number } | null;
  /** Said to screen readers. */
  readonly label: string;
  readonly nameOf: (layer: number, head: number) => string;
  /** The one canvas below the cells. */
  readonly picture: ComponentChildren;
  readonly onChoose: (layer: number, head: number) => void;
}

/** Layers × heads as a grid of cells over one picture. Arrow keys look around; click or Enter chooses. */
export function Mosaic({ place, chosen, label, nameOf, picture, onChoose }: MosaicProps) {
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
  const indexOf = (event: Event): number | null => {
    const cell = (event.target as Element).closest<HTMLElement>('[data-index]');
    return cell ? Number(cell.dataset.index) : null;
  };
  const choose = (index: number): void => onChoose(Math.floor(index / heads), index % heads);
  const told = under ?? (chosen ? chosenIndex : null);
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
        onPointerOver={(event) => setUnder(indexOf(event))}
        onPointerLeave={() => setUnder(null)}
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
        <div class="mosaic-picture" style={{ width: `${size.width}px`, height: `${size.height}px` }}>
          {picture}
        </div>
        {rows}
      </div>
      <p class="head-numbers small quiet">{told === null ? '' : nameOf(Math.floor(told / heads), told % heads)}</p>
    </>
  );
}
