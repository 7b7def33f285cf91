/** A list or a grid has one tab stop; arrow keys move within. `columns` 1: a list from top to bottom; as many as items: a row. */
export interface RovingShape {
  readonly count: number;
  readonly columns: number;
  /** From right to left. */
  readonly reversed?: boolean;
}

/** Where a key leads from item `at`, which may be the item itself at an edge; null: the key is not one of these. */
export function movedIndex(key: string, at: number, { count, columns, reversed = false }: RovingShape): number | null {
  const to = target((reversed && mirrored[key]) || key, at, count, columns);
  if (to === null) return null;
  return to >= 0 && to < count ? to : at;
}

const mirrored: Readonly<Record<string, string>> = { ArrowLeft: 'ArrowRight', ArrowRight: 'ArrowLeft' };

function target(key: string, at: number, count: number, columns: number): number | null {
  switch (key) {
    case 'ArrowLeft':
      return columns === 1 ? null : at - 1;
    case 'ArrowRight':
      return columns === 1 ? null : at + 1;
    case 'ArrowUp':
      return columns >= count && count > 1 ? null : at - columns;
    case 'ArrowDown':
      return columns >= count && count > 1 ? null : at + columns;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** For `onKeyDown` of an item: moves and keeps the key from the panel's own keys. `go` focuses or chooses item `to`. */
export function rove(event: KeyboardEvent, at: number, shape: RovingShape, go: (to: number) => void): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const to = movedIndex(event.key, at, shape);
  if (to === null) return;
  event.preventDefault();
  event.stopPropagation();
  if (to !== at) go(to);
}

/** Focuses the item that carries `data-index`. */
export const focusIndex = (container: Element | null, index: number): void =>
  container?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus();
