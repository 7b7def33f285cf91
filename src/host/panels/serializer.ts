import { Uri, window, type Disposable, type WebviewPanel } from 'vscode';
import * as v from 'valibot';
import type { PanelRequest } from '../../shared/panel-protocol';
import { savedPanel } from '../../shared/panel-schemas';
import type { TextPanelRequest } from '../../shared/text/panel-protocol';
import { savedTextPanel } from '../../shared/text/panel-schemas';
import { imagePanelType, textPanelType } from './kinds';

interface Restoring<Request> {
  restore(panel: WebviewPanel, request: Request | null): Promise<void>;
}

/** A reloaded window brings its panels back: each explains again what it showed. */
export const registerSerializer = (panels: Restoring<PanelRequest>): Disposable =>
  serializer(imagePanelType, panels, (state) => {
    const saved = v.safeParse(savedPanel, state);
    return saved.success && saved.output.request.images.every(isUri) ? saved.output.request : null;
  });

export const registerTextSerializer = (panels: Restoring<TextPanelRequest>): Disposable =>
  serializer(textPanelType, panels, (state) => {
    const saved = v.safeParse(savedTextPanel, state);
    const sources = saved.success ? saved.output.request.items.flatMap((item) => item.sources) : [];
    return saved.success && sources.every((source) => source === null || isUri(source.uri))
      ? saved.output.request
      : null;
  });

/** @param requestOf null for what another version wrote, or whatever else may stand there */
const serializer = <Request>(
  type: string,
  panels: Restoring<Request>,
  requestOf: (state: unknown) => Request | null,
): Disposable =>
  window.registerWebviewPanelSerializer(type, {
    deserializeWebviewPanel: (panel, state: unknown) => panels.restore(panel, requestOf(state)),
  });

function isUri(text: string): boolean {
  try {
    return Uri.parse(text, true).path !== '';
  } catch {
    return false;
  }
}
