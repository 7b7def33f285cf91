import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';

/** A value that views follow. */
export interface Readable<S> {
  get(): S;
  /** @returns how to stop */
  subscribe(listener: () => void): () => void;
}

/** A part of a store's state; the view is drawn anew when that part is another one (Object.is). */
export function useSelected<S, T>(store: Readable<S>, select: (state: S) => T): T {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const selected = select(store.get());
  const latest = useRef({ select, selected });
  latest.current = { select, selected };
  useLayoutEffect(() => {
    const check = () => {
      if (changed(store.get(), latest.current)) redraw(undefined as never);
    };
    // Something may have changed between the drawing and this.
    check();
    return store.subscribe(check);
  }, [store]);
  return selected;
}

/** Also where the selector fails: its view is of something that has gone, and is about to be taken away by the one around it. */
function changed<S, T>(state: S, { select, selected }: { select: (state: S) => T; selected: T }): boolean {
  try {
    return !Object.is(select(state), selected);
  } catch {
    return true;
  }
}
