import { createContext } from 'preact';
import { useContext, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import type { AppState } from './app-state';
import type { Controller } from './controller';

export const AppContext = createContext<Controller>(undefined as never);

/** What a view does when somebody acts. */
export const useController = (): Controller => useContext(AppContext);

/** A part of the state; the view is drawn anew when that part is another one (Object.is). */
export function useApp<T>(select: (state: AppState) => T): T {
  const { store } = useController();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const selected = select(store.get());
  const latest = useRef({ select, selected });
  latest.current = { select, selected };
  useLayoutEffect(() => {
    const check = () => {
      const { select, selected } = latest.current;
      if (!Object.is(select(store.get()), selected)) redraw(undefined as never);
    };
    // Something may have changed between the drawing and this.
    check();
    return store.subscribe(check);
  }, [store]);
  return selected;
}
