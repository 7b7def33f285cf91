import { Uri, window, type Disposable } from 'vscode';
import * as v from 'valibot';
import type { PanelRequest } from '../../shared/panel-protocol';
import { savedPanel } from '../../shared/panel-schemas';
import { panelType, type Panels } from './panels';

/** A reloaded window brings its panels back: each explains again what it showed. */
export const registerSerializer = (panels: Panels): Disposable =>
  window.registerWebviewPanelSerializer(panelType, {
    deserializeWebviewPanel: (panel, state: unknown) => {
      panels.restore(panel, requestOf(state));
      return Promise.resolve();
    },
  });

/** null for what another version wrote, or whatever else may stand there. */
function requestOf(state: unknown): PanelRequest | null {
  const saved = v.safeParse(savedPanel, state);
  return saved.success && saved.output.request.images.every(isUri) ? saved.output.request : null;
}

function isUri(text: string): boolean {
  try {
    return Uri.parse(text, true).path !== '';
  } catch {
    return false;
  }
}
