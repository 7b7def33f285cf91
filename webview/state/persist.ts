import * as v from 'valibot';
import type { PanelRequest } from '../../src/shared/panel-protocol';
import { savedPanel } from '../../src/shared/panel-schemas';
import type { View } from './view';

/** What the window keeps of a panel when it is hidden, moved or reloaded. */
export interface Saved {
  readonly version: 1;
  readonly request: PanelRequest;
  readonly view: View | null;
}

/** null for nothing, and for what another version wrote. A view's indices are checked when it is shown: see `fitted`. */
export function savedRequest(state: unknown): Saved | null {
  const saved = v.safeParse(savedPanel, state);
  return saved.success ? { ...saved.output, view: (state as Saved).view ?? null } : null;
}

export const keep = (vscode: VsCodeApi, saved: Saved): void => vscode.setState(saved);
