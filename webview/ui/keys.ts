import { useEffect } from 'preact/hooks';
import type { FrameController } from '../state/frame';

/** A panel's keys, for the list that "?" shows. */
export type KeyList = readonly (readonly [keys: readonly string[], does: string])[];

/**
 * Keys that work wherever the focus is, except where somebody types or an element uses the key itself. "?" and "e" are every panel's.
 *
 * @param act does what a key means here; returns whether it means something now
 */
export function useKeys(controller: FrameController, act: (key: string) => boolean): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const modified = event.ctrlKey || event.metaKey || event.altKey;
      // On many keyboards a bracket is typed with AltGr, which says that Ctrl and Alt are down.
      if (event.defaultPrevented || event.isComposing || (modified && !event.getModifierState('AltGraph'))) return;
      if (controller.store.get().help || usesKeys(event, event.key)) return;
      if (event.key === '?') controller.help(true);
      else if (!act(event.key)) return;
      event.preventDefault();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [controller, act]);
}

const fields =
  'input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select, [contenteditable=true]';
const movers =
  'input[type=range], [role=slider], [role=combobox], [role=menu], [role=menuitem], [role=spinbutton], vscode-dropdown';

function usesKeys(event: KeyboardEvent, key: string): boolean {
  // The innermost element, also within a control's shadow.
  const path = event.composedPath().filter((node): node is Element => node instanceof Element);
  if (path[0]?.matches(fields)) return true;
  const moves = key.startsWith('Arrow') || key.length === 1 || key === 'Escape';
  return moves && path.some((element) => element.matches(key === 'Escape' ? 'vscode-dropdown[open]' : movers));
}
