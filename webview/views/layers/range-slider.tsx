import { useRef } from 'preact/hooks';
import type { LayerRange } from '../../../src/shared/explanation';
import { draggedRange, grip, steppedRange, type Grip } from '../../../src/shared/range-drag';

/** Two thumbs under the bars, of which each stands in the middle of its layer's bar; with `single` one. Dragging between them moves both. */
export function LayerRangeSlider({
  count,
  range,
  single,
  label,
  nameOf,
  describe,
  onChange,
  onLook,
}: {
  readonly count: number;
  readonly range: LayerRange;
  readonly single: boolean;
  /** "image tower". */
  readonly label: string;
  /** What is written under a stop. */
  readonly nameOf: (layer: number) => string;
  /** What a screen reader says of a stop. */
  readonly describe: (layer: number) => string;
  readonly onChange: (range: LayerRange) => void;
  /** A layer that the focus is on; null: none. */
  readonly onLook: (layer: number | null) => void;
}) {
  const track = useRef<HTMLDivElement>(null);
  const drag = useRef<{ readonly grip: Grip; readonly from: number; readonly start: LayerRange } | null>(null);
  const { first, last } = range;
  const place = (layer: number): string => `${(100 * (layer + 0.5)) / count}%`;
  /** In layers, fractional. */
  const at = ({ clientX }: PointerEvent): number => {
    const { left, width } = track.current!.getBoundingClientRect();
    return ((clientX - left) / width) * count - 0.5;
  };
  const change = (next: LayerRange): void => {
    if (next.first !== first || next.last !== last) onChange(next);
  };

  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const from = at(event);
    const thumb = (event.target as HTMLElement).dataset['thumb'] as 'first' | 'last' | undefined;
    const held = single ? 'only' : grip(from, range, thumb);
    drag.current = { grip: held, from, start: range };
    track.current!.setPointerCapture(event.pointerId);
    // A press beside the thumbs brings the nearer one.
    if (!thumb && held !== 'range') change(draggedRange(held, range, from, from, count));
  };
  const onPointerMove = (event: PointerEvent): void => {
    const held = drag.current;
    if (held) change(draggedRange(held.grip, held.start, held.from, at(event), count));
  };
  const onKeyDown = (thumb: 'first' | 'last') => (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = steppedRange(event.key, single ? 'only' : event.shiftKey ? 'range' : thumb, range, count);
    if (!next) return;
    // The panel's own arrow keys mean other things.
    event.preventDefault();
    event.stopPropagation();
    change(next);
    onLook(next[thumb]);
  };
  const thumb = (which: 'first' | 'last') => (
    <div
      class="range-thumb"
      role="slider"
      tabIndex={0}
      data-thumb={which}
      aria-label={single ? `Layer of the ${label}` : `${which === 'first' ? 'First' : 'Last'} layer of the ${label}`} // prettier-ignore
      aria-orientation="horizontal"
      aria-valuemin={which === 'first' || single ? 0 : first}
      aria-valuemax={which === 'first' ? last : count - 1}
      aria-valuenow={range[which]}
      aria-valuetext={describe(range[which])}
      style={{ left: place(range[which]) }}
      onKeyDown={onKeyDown(which)}
      onFocus={() => onLook(range[which])}
      onBlur={() => onLook(null)}
    />
  );
  return (
    <div
      class="range-slider"
      ref={track}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => (drag.current = null)}
      onPointerCancel={() => (drag.current = null)}
    >
      <div class="range-rail" />
      {!single && (
        <div class="range-span" style={{ left: place(first), right: `${(100 * (count - last - 0.5)) / count}%` }} />
      )}
      {!single && thumb('first')}
      {thumb('last')}
      <div class="range-stops" aria-hidden="true">
        {Array.from({ length: count }, (_, layer) => (
          <span key={layer} class={stopClass(layer, count, nameOf(layer))}>
            {nameOf(layer)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Where stops are close, each fourth has its number; a narrow panel shows these alone. */
const stopClass = (layer: number, count: number, name: string): string | undefined =>
  count > 8 && layer % 4 !== 0 && !(name === 'pool') ? 'minor' : undefined;
