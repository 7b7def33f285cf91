import { focusIndex, rove } from './roving';

/** How many of an element's children stand in its first row, as laid out now. */
function columnsOf(container: Element): number {
  const tops = Array.from(container.children, (child) => (child as HTMLElement).offsetTop);
  const next = tops.findIndex((top) => top > tops[0]!);
  return next < 0 ? Math.max(1, tops.length) : next;
}

/**
 * `onKeyDown` of a radio group whose radios are its children, with `data-index`: chooses the one that a key leads to and moves the focus there.
 *
 * @param at the chosen one
 */
export function onRadioKey(event: KeyboardEvent, at: number, choose: (index: number) => void): void {
  const container = event.currentTarget as HTMLElement;
  const count = container.children.length;
  rove(event, at, { count, columns: columnsOf(container) }, (to) => {
    choose(to);
    focusIndex(container, to);
  });
}
