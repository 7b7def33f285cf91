import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PanelAction, PanelStatus } from '../../src/shared/panel-protocol';
import type { Store } from './store';
import { useSelected, type Readable } from './use-store';

/** What every panel has around its views: status, list of keys, export menu, and what became of an export. */
export interface FrameState {
  readonly status: PanelStatus;
  /** The list of keys is open. */
  readonly help: boolean;
  /** The export menu is open. */
  readonly exportOpen: boolean;
  /** What became of an export. */
  readonly notice: Notice | null;
}

/** A whole sentence for the reader. */
export interface Notice {
  readonly kind: 'done' | 'failed';
  readonly message: string;
}

/** What people do to the frame. Each panel's controller is one. */
export interface FrameController {
  readonly store: Readable<FrameState>;
  act(action: PanelAction): void;
  help(open: boolean): void;
  openExport(open: boolean): void;
  say(notice: Notice | null): void;
}

/** What the controllers of all panels do alike. */
export abstract class PanelController<S extends FrameState> {
  abstract readonly store: Store<S>;

  help(open: boolean): void {
    this.frame({ help: open });
  }

  openExport(open: boolean): void {
    this.frame({ exportOpen: open });
  }

  /** What became of something that the person did, apart from explaining. */
  say(notice: Notice | null): void {
    this.frame({ notice });
  }

  /** A fault of the page or of its way to the extension. */
  protected fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.frame({ status: { kind: 'failed', error: 'internal', message, actions: ['retry', 'show-log'] } });
  }

  private frame(patch: Partial<FrameState>): void {
    this.store.set(patch as Partial<S>);
  }
}

export const emptyFrame: FrameState = {
  status: { kind: 'working', stage: 'Starting', fraction: null, cancellable: false },
  help: false,
  exportOpen: false,
  notice: null,
};

export const FrameContext = createContext<FrameController>(undefined as never);

export const useFrameController = (): FrameController => useContext(FrameContext);

/** As `useApp`, of the frame's part of a panel's state. */
export const useFrame = <T>(select: (state: FrameState) => T): T => useSelected(useFrameController().store, select);
