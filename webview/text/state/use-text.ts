import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { useSelected } from '../../state/use-store';
import type { TextController } from './text-controller';
import type { TextState } from './text-state';

export const TextContext = createContext<TextController>(undefined as never);

/** What a view does when somebody acts. */
export const useTextController = (): TextController => useContext(TextContext);

/** As `useApp`, of a text panel's state. */
export const useText = <T>(select: (state: TextState) => T): T => useSelected(useTextController().store, select);
