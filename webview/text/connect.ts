import type { TextHostEvents, TextHostMethods, TextPanelEvents } from '../../src/shared/text/panel-protocol';
import { textHostEvents } from '../../src/shared/text/panel-schemas';
import { Rpc } from '../../src/shared/rpc/rpc';
import { windowPort } from '../window-port';

/** The extension as a text panel sees it: typed calls, and what it says unasked. */
export type TextHost = Rpc<Record<never, never>, TextHostMethods, TextHostEvents, TextPanelEvents>;

/** What the webview does with the extension's events. */
export type HearText = { readonly [K in keyof TextHostEvents]: (payload: TextHostEvents[K]) => void };

export const connectText = (vscode: VsCodeApi, hear: HearText): TextHost =>
  new Rpc(windowPort(vscode), {
    handlers: {},
    params: {},
    events: textHostEvents,
    onEvent: hear,
    log: (line) => console.warn(line),
  });
