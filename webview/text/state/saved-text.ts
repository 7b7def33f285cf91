import * as v from 'valibot';
import type { TextPanelRequest } from '../../../src/shared/text/panel-protocol';
import { savedTextPanel } from '../../../src/shared/text/panel-schemas';

/** What the window keeps of a text panel when it is hidden, moved or reloaded. */
export interface SavedText {
  readonly version: 1;
  readonly request: TextPanelRequest;
  /** A TextView as some version of the panel wrote it: see `restoredTextView`. */
  readonly view: unknown;
}

/** null for nothing, and for what another version wrote. */
export function savedText(state: unknown): SavedText | null {
  const saved = v.safeParse(savedTextPanel, state);
  return saved.success ? { ...saved.output, view: (state as SavedText).view ?? null } : null;
}
