import type { LayerRange } from './explanation';

/**
 * What of a range of layers a pointer or a key moves. `either`: both thumbs are on one layer, and the direction tells. `only`: there is one
 * thumb, the last, and the first layer gives way to it.
 */
export type Grip = 'first' | 'last' | 'either' | 'range' | 'only';

/**
 * What a press takes hold of.
 *
 * @param at where, in layers, fractional: 0 is the middle of layer 0
 * @param thumb which was pressed; beside the thumbs none
 */
export function grip(at: number, { first, last }: LayerRange, thumb?: 'first' | 'last'): Grip {
  if (first === last) return 'either';
  if (thumb) return thumb;
  if (at > first && at < last) return 'range';
  return at <= first ? 'first' : 'last';
}

/**
 * The range when the pointer has come from `from` to `to`; thumbs do not pass each other, and a whole range keeps its length.
 *
 * @param start of the drag
 */
export function draggedRange(held: Grip, start: LayerRange, from: number, to: number, count: number): LayerRange {
  const { first, last } = start;
  const stop = within(Math.round(to), 0, count - 1);
  switch (held) {
    case 'first':
      return { first: Math.min(stop, last), last };
    case 'last':
      return { first, last: Math.max(first, stop) };
    case 'only':
      return { first: Math.min(first, stop), last: stop };
    case 'either':
      return stop < first ? { first: stop, last } : { first, last: stop };
    case 'range': {
      const by = within(Math.round(to - from), -first, count - 1 - last);
      return { first: first + by, last: last + by };
    }
  }
}

/** The range after a key on a thumb, or with Shift on the whole; null: the key is none of a slider's. */
export function steppedRange(
  key: string,
  held: Exclude<Grip, 'either'>,
  range: LayerRange,
  count: number,
): LayerRange | null {
  const by = stepOf(key, count);
  if (by === null) return null;
  const at = held === 'first' ? range.first : range.last;
  return draggedRange(held, range, at, at + by, count);
}

function stepOf(key: string, count: number): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return -1;
    case 'ArrowRight':
    case 'ArrowUp':
      return 1;
    case 'PageDown':
      return -Math.max(1, Math.round(count / 4));
    case 'PageUp':
      return Math.max(1, Math.round(count / 4));
    case 'Home':
      return -count;
    case 'End':
      return count;
    default:
      return null;
  }
}

const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
