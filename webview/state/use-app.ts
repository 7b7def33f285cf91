import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { AppState } from './app-state';
import type { Controller } from './controller';
import { useSelected } from './use-store';

export const AppContext = createContext<Controller>(undefined as never);

/** What a view does when somebody acts. */
export const useController = (): Controller => useContext(AppContext);

/** A part of the state; the view is drawn anew when that part is another one (Object.is). */
export const useApp = <T>(select: (state: AppState) => T): T => useSelected(useController().store, select);
